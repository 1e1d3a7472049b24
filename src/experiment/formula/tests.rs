use super::{Fault, Formula, check};

#[track_caller]
fn value(text: &str, w: &[f64]) -> f64 {
    let formula = Formula::parse(text, w.len()).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    formula.expression().value(w)
}

#[track_caller]
fn fault(text: &str) -> String {
    let Fault { expected, found } = Formula::parse(text, 2).expect_err(text);
    format!("expected {expected}, found {found}")
}

#[test]
fn operators_bind_as_in_mathematics() {
    let cases = [
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("2^-1", 0.5),
        ("2^-2^2", 0.0625),
        ("-2*-3", 6.0),
        ("8/4/2", 1.0),
        ("1-2-3", -4.0),
        ("1+2*3^2", 19.0),
        ("(1+2)*3", 9.0),
        ("--3", 3.0),
        ("+3 - -3", 6.0),
        ("1e-3 + 2E2 + .5 + 1.", 201.501),
        ("2 · 3 × 4 \u{2212} 1", 23.0),
        ("pi", std::f64::consts::PI),
        ("ln(e)", 1.0),
        ("sqrt(abs(-16))", 4.0),
        ("1/0 - 1/0 + w1", f64::NAN),
    ];
    for (text, expected) in cases {
        let found = value(text, &[7.0]);
        assert!((found - expected).abs() < 1e-15 || found.is_nan() && expected.is_nan(), "{text}: {found}");
    }
    assert_eq!(value("w1^2 - w2*w1", &[3.0, 2.0]), 3.0);
    assert_eq!(value("w1^w2", &[0.0, 2.0]), 0.0);
}

#[test]
fn every_function_has_its_value() {
    let cases = [
        ("sqrt", 0.7_f64.sqrt()),
        ("exp", 0.7_f64.exp()),
        ("ln", 0.7_f64.ln()),
        ("sin", 0.7_f64.sin()),
        ("cos", 0.7_f64.cos()),
        ("tan", 0.7_f64.tan()),
        ("atan", 0.7_f64.atan()),
        ("sinh", 0.7_f64.sinh()),
        ("cosh", 0.7_f64.cosh()),
        ("tanh", 0.7_f64.tanh()),
        ("abs", 0.7),
        ("sigmoid", 1.0 / (1.0 + (-0.7_f64).exp())),
        ("softplus", 0.7_f64.exp().ln_1p()),
    ];
    assert_eq!(cases.len(), crate::formula::Function::ALL.len());
    for (name, expected) in cases {
        let found = value(&format!("{name}(w1)"), &[0.7]);
        assert!((found - expected).abs() < 1e-15, "{name}: {found}, {expected}");
    }
}

#[test]
fn a_mistake_is_told_with_its_character() {
    let cases = [
        ("", "the end at character 1: »«"),
        ("   ", "the end at character 4:    »«"),
        ("w1 + x*2", "“x” at character 6: w1 + »x«*2"),
        ("w0", "“w0” at character 1: »w0«"),
        ("w1 + w9", "“w9” at character 6: w1 + »w9«"),
        ("w01", "“w01” at character 1: »w01«"),
        ("w1 w2", "“w2” at character 4: w1 »w2«"),
        ("2w1", "“w1” at character 2: 2»w1«"),
        ("w1 +", "the end at character 5: w1 +»«"),
        ("* w1", "“*” at character 1: »*« w1"),
        ("(w1 + 1", "the end at character 8: (w1 + 1»«"),
        ("w1 + 1)", "“)” at character 7: w1 + 1»)«"),
        ("(w1 + )", "“)” at character 7: (w1 + »)«"),
        ("()", "“)” at character 2: (»)«"),
        ("sin w1", "“w1” at character 5: sin »w1«"),
        ("log(w1)", "“log” at character 1: »log«(w1)"),
        ("w1(2)", "“(” at character 3: w1»(«2)"),
        ("1.2.3 + w1", "“1.2.3” at character 1: »1.2.3« + w1"),
        ("1e999", "“1e999” at character 1: »1e999«"),
        (". + w1", "“.” at character 1: ».« + w1"),
        ("w1; alert(1)", "“;” at character 3: w1»;« alert(1)"),
        ("w1 ? 2", "“?” at character 4: w1 »?« 2"),
        ("é + w1", "“é” at character 1: »é« + w1"),
        ("w1 + 🦀", "“🦀” at character 6: w1 + »🦀«"),
    ];
    for (text, place) in cases {
        let message = fault(text);
        assert!(message.ends_with(&format!("found {place}")), "{text}: {message}");
    }
    assert!(fault("w3").contains("w1 to w2, pi, e, or one of sqrt, exp"), "{}", fault("w3"));
    assert!(fault("w1 w2").contains("an operator"), "{}", fault("w1 w2"));
    assert!(fault("sin w1").contains("an opening parenthesis"), "{}", fault("sin w1"));
}

#[test]
fn a_long_formula_is_shown_in_part() {
    let message = fault(&format!("{} + y + {}", "w1 + ".repeat(30) + "w1", "w1 + ".repeat(30)));
    assert!(
        message
            .ends_with("found “y” at character 156: …1 + w1 + w1 + w1 + w1 + »y« + w1 + w1 + w1 + w1 + w…"),
        "{message}"
    );
}

/// Deep and hostile texts of about `size` levels.
fn deep(size: usize) -> Vec<String> {
    vec![
        "(".repeat(size) + "w1" + &")".repeat(size),
        "(".repeat(size),
        ")".repeat(size),
        "-".repeat(size) + "w1",
        "+-".repeat(size) + "w1",
        "2^".repeat(size) + "w1",
        "2^-".repeat(size) + "w1",
        "1e-3^".repeat(size) + "w1",
        "-(".repeat(size) + "w1",
        "sin(".repeat(size) + "w1" + &")".repeat(size),
        "2^(".repeat(size) + "w1" + &")".repeat(size),
        "1+(2*(".repeat(size) + "w1" + &"))".repeat(size),
        "sin ".repeat(size),
        "*".repeat(size),
    ]
}

#[test]
fn depth_is_refused_before_it_is_parsed() {
    for size in [50, 300, 10_000] {
        for text in deep(size) {
            let message = fault(&text);
            assert!(message.contains(" at character "), "{}…: {message}", &text[..10]);
        }
    }
    assert!(
        fault(&deep(10_000)[0])
            .starts_with("expected at most 40 levels of parentheses, signs and powers, found “(”")
    );
}

#[test]
fn what_is_just_not_too_deep_is_read() {
    for text in [
        "(".repeat(40) + "w1" + &")".repeat(40),
        "-".repeat(40) + "w1",
        "1^".repeat(40) + "w1",
        "-w1^2 ".repeat(60) + "+ (-w1)^-2",
        "w1*-1*".repeat(80) + "1",
    ] {
        assert_eq!(value(&text, &[1.0]).abs(), if text.contains("^2 ") { 59.0 } else { 1.0 }, "{text}");
    }
}

#[test]
fn too_many_operations_and_results_in_waiting_are_refused() {
    let message = fault(&("w1+".repeat(400) + "w1"));
    assert_eq!(message, "expected at most 500 numbers, variables and operations, found 801");
    // A sum and a product wait for each parenthesis.
    let waiting = "w1+w2*(".repeat(39) + "w1" + &")".repeat(39);
    assert!(fault(&waiting).contains("fewer results that wait"), "{}", fault(&waiting));
}

#[test]
fn what_is_written_as_a_quadratic_is_known_as_one() {
    let quadratic = |text: &str| Formula::parse(text, 2).expect(text).expression().is_quadratic();
    for text in ["3", "w1", "(w1-1)^2/2 + 3*w1*w2", "-w1^2", "w1*(w2+1)", "sin(2)*w1^2", "2^3^2*w2"] {
        assert!(quadratic(text), "{text}");
    }
    for text in ["w1^3", "w1*w2*w1", "1/w1", "sin(w1)", "w1^w2", "w1^-1", "w1^2*w2", "2^w1", "w1^0.5"] {
        assert!(!quadratic(text), "{text}");
    }
}

#[test]
fn a_point_without_derivatives_is_told() {
    let wrong = |text: &str, w: &[f64]| {
        let formula = Formula::parse(text, w.len()).expect(text);
        check(formula.expression(), w).map_err(|(expected, found)| format!("{expected}; {found}"))
    };
    assert_eq!(wrong("abs(w1)", &[0.5]), Ok(()));
    assert_eq!(
        wrong("abs(w1) + w1", &[0.0]),
        Err("a formula that is smooth at the start (no kink there; another start may do); \
             ∂/∂w1 = 1, by differences 0 and 2, at w1 = 0"
            .to_owned())
    );
    for (text, w) in [("sqrt(w1)", 0.0), ("sqrt((w1-2)^2)", 2.0), ("w1^1.5", 0.0)] {
        let message = wrong(text, &[w]).expect_err(text);
        assert!(message.contains("finite first and second derivatives"), "{text}: {message}");
    }
    for (text, w) in [("ln(w1)", 0.0), ("ln(w1)", -1.0), ("1/w1", 0.0), ("exp(w1)", 1000.0)] {
        let message = wrong(text, &[w]).expect_err(text);
        assert!(message.contains("a finite value"), "{text}: {message}");
    }
    // Smooth ones pass, however steep, flat, large or small.
    for text in [
        "exp(60*w1)",
        "1e12*w1^2",
        "1e-12*w1",
        "sin(1000*w1)",
        "(w1-0.3)^4",
        "1e9 + w1",
        "tanh(50*w1)",
        "1e-9*exp(w1)",
        "softplus(100*(w1-0.3))",
        "cos(30*w1)^10",
    ] {
        assert_eq!(wrong(text, &[0.3]), Ok(()), "{text}");
    }
}
