// @ts-check
// A phase that there is none: xtask/src/types.rs wants this mistake to be found.
import { initialState } from "../../www/state.js";

initialState().phase = "asleep";
