//! Links that other programs have changed on their way, and those of the first release.

use super::links::{complete, open_at};
use super::{Test, documents};
use crate::page::{DESKTOP, Page};
use anyhow::{Result, ensure};
use serde_json::json;

pub const TESTS: &[Test] = &[
    ("changed_links_are_mended", changed_links_are_mended),
    ("a_changed_link_opens_what_was_meant", a_changed_link_opens_what_was_meant),
    (
        "a_link_in_the_query_opens_and_moves_into_the_fragment",
        a_link_in_the_query_opens_and_moves_into_the_fragment,
    ),
    ("a_packed_link_survives_its_way_or_says_so", a_packed_link_survives_its_way_or_says_so),
    ("an_address_that_cannot_be_opened_stays", an_address_that_cannot_be_opened_stays),
    ("translation_by_the_browser_changes_no_language", translation_by_the_browser_changes_no_language),
    ("links_of_the_first_release_open", links_of_the_first_release_open),
];

/// A fragment and a query, and the fields that are meant.
const MENDED: &[(&str, &str, &str)] = &[
    ("#preset=ridge&seed=31", "", "preset=ridge&seed=31"),
    ("#preset=ridge&amp;seed=31", "", "preset=ridge&seed=31"),
    ("#preset=ridge&amp;amp;amp;seed=31", "", "preset=ridge&seed=31"),
    ("#preset=ridge&#38;seed=31", "", "preset=ridge&seed=31"),
    ("#preset%3Dridge%26seed%3D31", "", "preset=ridge&seed=31"),
    ("#%23preset%3dridge%26seed%3d31", "", "preset=ridge&seed=31"),
    ("#%25252523preset%2525253Dridge", "", "preset=ridge"),
    ("#preset=ridge%26amp%3Bseed%3D31", "", "preset=ridge&seed=31"),
    ("#!preset=ridge", "", "preset=ridge"),
    ("#!/preset=ridge", "", "preset=ridge"),
    ("#/?preset=ridge&seed=31", "", "preset=ridge&seed=31"),
    ("##preset=ridge", "", "preset=ridge"),
    ("", "?preset=ridge&seed=31", "preset=ridge&seed=31"),
    ("", "?%23preset%3Dridge", "preset=ridge"),
    ("", "?embed%23preset%3Dridge", "preset=ridge"),
    ("#utm_source=mail", "?preset=ridge", "preset=ridge"),
    ("#t=9", "?preset=ridge", "preset=ridge&t=9"),
    ("#preset=two-heads", "?preset=ridge", "preset=two-heads"),
    ("", "?t=abc&s=20&v=2", ""),
    ("", "?utm_campaign=x&embed", ""),
    ("#preset=ridge&seed=31.", "", "preset=ridge&seed=31"),
    ("#preset=ridge&seed=31).", "", "preset=ridge&seed=31"),
    ("#preset=ridge&seed=31...", "", "preset=ridge&seed=31"),
    ("#preset=ridge,", "", "preset=ridge"),
    ("#preset=ridge**", "", "preset=ridge"),
    ("#preset=ridge_", "", "preset=ridge"),
    ("#preset=ridge%3E", "", "preset=ridge"),
    ("#preset=ridge&gt;", "", "preset=ridge"),
    ("#preset=ridge&quot;", "", "preset=ridge"),
    ("#preset=\"ridge\"", "", "preset=ridge"),
    ("#preset=ridge。", "", "preset=ridge"),
    ("#preset=ridge）。", "", "preset=ridge"),
    ("#preset=ridge】真有意思", "", "preset=ridge"),
    ("#preset=ridge%E3%80%82", "", "preset=ridge"),
    ("#preset=ridge%EF%BC%8C%E5%A5%BD", "", "preset=ridge"),
    ("#preset=ridge%A1%A3", "", "preset=ridge"),
    ("#preset＝ridge＆seed＝３１", "", "preset=ridge&seed=31"),
    ("#preset=ri\u{200b}dge&se\u{feff}ed=3\u{2060}1", "", "preset=ridge&seed=31"),
    ("#preset=sign%0A-flip%20", "", "preset=sign-flip"),
    ("#preset=sign\u{2011}flip", "", "preset=sign-flip"),
    ("#\u{202d}preset=ridge\u{202c}", "", "preset=ridge"),
    ("#Preset=Ridge&SEED=31", "", "preset=ridge&seed=31"),
    ("#PRESET=RIDGE&THEME=Dark", "", "preset=ridge&theme=dark"),
    ("#preset=ridge&utm_source=a&utm_medium=b", "", "preset=ridge"),
    ("#preset=ridge&fbclid=IwAR0&gclid=x", "", "preset=ridge"),
    ("#preset=ridge?utm_source=a", "", "preset=ridge"),
    ("#preset=3Dridge&seed=3D31", "", "preset=ridge&seed=31"),
    ("#v=1&preset=ridge&e=1ab4adx.zHYpBC_-x)", "", "v=1&preset=ridge&e=1ab4adx.zHYpBC_-x"),
    ("#v=1&d=zAbC%0D%0AdEf", "", "v=1&d=zAbCdEf"),
    ("#preset=ridge&pair=0,", "", "preset=ridge&pair=0,"),
    ("#preset=ridge&series=7,0.05,0.5,1.", "", "preset=ridge&series=7,0.05,0.5,1"),
    ("#preset=ridge&hide=header,prose。", "", "preset=ridge&hide=header,prose"),
    // What is another number, or somebody else's, stays as it is.
    ("#preset=ridge&seed=3.1", "", "preset=ridge&seed=3.1"),
    ("#preset=ridge&seed=-3", "", "preset=ridge&seed=-3"),
    ("#preset=ridge&seed=3e1", "", "preset=ridge&seed=3e1"),
    ("#preset=ridge&other=a b", "", "preset=ridge&other=a b"),
    ("#_=_", "", ""),
    ("#main", "", ""),
];

fn changed_links_are_mended(page: &Page) -> Result<()> {
    open_at(page, "")?;
    let wrong: Vec<String> = page.eval_as(&format!(
        "const {{ mended }} = await import(new URL('mended.js', document.querySelector('script[src]').src)); \
         const said = (f) => [...f].filter(([n, v]) => v !== '').map((f) => f.join('=')).join('&'); \
         return {}.filter(([hash, search, meant]) => said(mended(hash, search)) !== meant).map(([hash, search]) => `${{search}}${{hash}}: ${{said(mended(hash, search))}}`)",
        json!(MENDED)
    ))?;
    ensure!(wrong.is_empty(), "{wrong:#?}");
    Ok(())
}

/// Opens an address below the site's on a fresh page, whose run is then of this seed.
fn opens(page: &Page, address: &str, preset: &str, seed: &str) -> Result<()> {
    page.set_screen(DESKTOP)?;
    page.load(address)?;
    page.wait_for_state("finished")?;
    complete(page)?;
    let shown: (String, String) = page.eval_as(
        "return [document.querySelector('[data-control=preset]').value, document.querySelector('[data-seed]').textContent]",
    )?;
    ensure!(shown == (preset.to_owned(), seed.to_owned()), "{address} shows {shown:?}");
    ensure!(page.text("[data-message]")?.is_empty(), "{address}: {}", page.text("[data-message]")?);
    page.wait_until("the link in the address", || {
        page.eval_as(&format!("return location.hash === {} ", json!(format!("#preset={preset}&seed={seed}"))))
    })
}

fn a_changed_link_opens_what_was_meant(page: &Page) -> Result<()> {
    for address in [
        "#preset=two-heads&amp;seed=31).",
        "#%23preset%3Dtwo-heads%26seed%3D31",
        "#!/Preset=Two-Heads&SEED=31。",
    ] {
        opens(page, address, "two-heads", "31")?;
    }
    // Followed on the page, too; nothing of another run is told meanwhile.
    page.eval("location.hash = '#/preset%3Dridge%26amp%3Bseed%3D8】'")?;
    page.wait_for_finished("the run of the link", || Ok(page.text("[data-seed]")? == "8"))
}

fn a_link_in_the_query_opens_and_moves_into_the_fragment(page: &Page) -> Result<()> {
    opens(page, "?utm_source=mail&preset=two-heads&amp;seed=31&fbclid=x", "two-heads", "31")?;
    let query: String = page.eval_as("return location.search")?;
    ensure!(query == "?utm_source=mail&fbclid=x", "{query}");
    // Loaded anew it is the same; another experiment is another address.
    page.eval("location.reload()")?;
    page.wait_for_finished("the same again", || Ok(page.text("[data-seed]")? == "31"))
}

fn a_packed_link_survives_its_way_or_says_so(page: &Page) -> Result<()> {
    open_at(page, "#preset=two-heads")?;
    let mut document = documents::document(page)?;
    document["steps"] = json!(37);
    let packed: String = page.eval_as(&format!(
        "return (await import(new URL('pack.js', document.querySelector('script[src]').src))).pack({})",
        json!(document.to_string())
    ))?;
    let (begin, end) = packed.split_at(packed.len() / 2);
    open_at(page, &format!("#%23v%3D1%26amp%3Bd%3D{begin}%20%0A{end}%EF%BC%89%E3%80%82"))?;
    page.wait_until("37 steps", || Ok(page.text("[data-steps]")? == "37"))?;
    ensure!(page.text("[data-message]")?.is_empty(), "{}", page.text("[data-message]")?);
    // Cut off, in small letters, with a character of another: it says so.
    for broken in [begin.to_owned(), packed.to_lowercase(), format!("{begin}+{end}")] {
        open_at(page, &format!("#v=1&d={broken}"))?;
        let message = page.text("[data-message]")?;
        ensure!(message.contains("is broken") && message.contains("first experiment"), "{message}");
    }
    Ok(())
}

fn an_address_that_cannot_be_opened_stays(page: &Page) -> Result<()> {
    let kept = |fragment: &str| {
        // Longer than the address takes to follow.
        page.let_pass(900)?;
        let hash: String = page.eval_as("return location.hash")?;
        ensure!(hash == fragment, "{fragment} became {hash}");
        Ok(())
    };
    let refused: String = {
        open_at(page, "")?;
        page.eval_as("return (await import(new URL('pack.js', document.querySelector('script[src]').src))).pack('{\"schema\":1}')")?
    };
    let refused = format!("#v=1&d={refused}");
    for fragment in
        ["#preset=sign-fli", "#v=9&preset=ridge", "#v=1&d=zAAAA", "#presset=ridge", "#sign-flop", &refused]
    {
        open_at(page, fragment)?;
        page.wait_until("a message", || Ok(!page.text("[data-message]")?.is_empty()))?;
        page.wait_for_state("finished")?;
        kept(fragment)?;
    }
    // As long as nothing else is opened.
    page.click("new-seed")?;
    page.wait_until("the address of what is shown", || {
        page.eval_as("return location.hash.startsWith('#preset=noisy-main&seed=')")
    })?;
    page.eval("location.hash = '#preset=nowhere'")?;
    page.wait_until("a message", || Ok(page.text("[data-message]")?.contains("nowhere")))?;
    kept("#preset=nowhere")
}

fn translation_by_the_browser_changes_no_language(page: &Page) -> Result<()> {
    open_at(page, "#preset=two-heads&lang=en")?;
    page.eval(
        "document.documentElement.lang = 'zh-CN'; document.documentElement.classList.add('translated-ltr')",
    )?;
    page.click("new-seed")?;
    page.wait_until("another seed in the address", || {
        page.eval_as("return location.hash.includes('seed=')")
    })?;
    let hash: String = page.eval_as("return location.hash")?;
    ensure!(hash.contains("lang=en"), "{hash}");
    page.click("share")?;
    page.wait_until("the dialog in English", || Ok(page.text("dialog h2")? == "Share what is shown"))
}

fn links_of_the_first_release_open(page: &Page) -> Result<()> {
    for (preset, seed) in [("two-heads", "7"), ("penguins", "77")] {
        opens(page, &format!("#preset={preset}&seed={seed}"), preset, seed)?;
    }
    open_at(page, "#preset=noisy-main&v=1&lane=0&overlay=1&step=40&t=12")?;
    ensure!((page.state()?, page.step()?) == ("paused".to_owned(), 40), "it rests at step 40");
    page.wait_until("the same fields", || {
        page.eval_as(
            "return ['t=12', 'step=40', 'overlay=1'].every((field) => location.hash.includes(field))",
        )
    })
}
