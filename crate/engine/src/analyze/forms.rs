//! Forms of one word: endings, Arabic plurals, colloquial spelling.
//!
//! Nothing here knows the vocabulary; `search::expand` keeps of these candidates those that the
//! corpus has.

use super::part;
use super::tables::persian::{BROKEN_PLURALS, SUFFIXES};
use crate::list::join;

/// The plural ending ها and its kin are cut whatever is left: hardly a word ends so by chance.
const HA: &str = "ها";
const AFTER_HA: [&str; 22] = [
    "", "ی", "یی", "یم", "یت", "یش", "یمان", "یتان", "یشان", "یمون", "یتون", "یشون", "م", "ت", "ش",
    "مان", "تان", "شان", "مون", "تون", "شون", "ست",
];
/// Measured on gold lemmas.
const HA_PRECISION: f32 = 0.98;
/// Words that end like a plural and are none: تنها, رها, بها, انتها, منتها, اشتها, فقها, سفها.
const NOT_HA: [&str; 8] = ["تن", "ر", "ب", "انت", "منت", "اشت", "فق", "سف"];

/// English endings, as [`SUFFIXES`]; how often the word without them is the same word is judged,
/// not measured.
const ENGLISH: [(&str, &str, u8, f32); 11] = [
    ("ies", "y", 3, 0.95),
    ("es", "", 3, 0.9),
    ("s", "", 3, 0.95),
    ("ied", "y", 3, 0.9),
    ("ed", "", 3, 0.9),
    ("ed", "e", 3, 0.9),
    ("ing", "", 3, 0.9),
    ("ing", "e", 3, 0.9),
    ("er", "", 4, 0.6),
    ("er", "e", 4, 0.6),
    ("ly", "", 4, 0.7),
];

/// A word that another one may be a form of, or the other way round.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Form {
    pub(crate) term: String,
    /// How often the two are one word, 0 to 1.
    pub(crate) precision: f32,
    /// Whether this holds only where `term` is itself a word of the corpus.
    pub(crate) must_exist: bool,
}

fn is_latin(term: &str) -> bool {
    term.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn rules(term: &str) -> &'static [(&'static str, &'static str, u8, f32)] {
    if is_latin(term) { &ENGLISH } else { &SUFFIXES }
}

/// Where `part` stands in `term`, in bytes. The search of the standard library is for long texts and
/// takes 1 kB of the web module.
fn places<'a>(term: &'a str, part: &'a str) -> impl Iterator<Item = usize> + 'a {
    let starts = term.char_indices().map(|(at, _)| at);
    starts.filter(move |&at| super::part(term, at, term.len()).starts_with(part))
}

/// What `term` may be a form of.
pub(crate) fn bases(term: &str) -> Vec<Form> {
    let mut found = Vec::new();
    if let Some(at) = places(term, HA).next()
        && let (base, after) = (part(term, 0, at), part(term, at + HA.len(), term.len()))
        && base.chars().count() >= 2
        && AFTER_HA.contains(&after)
        && !NOT_HA.contains(&base)
    {
        found.push(Form {
            term: base.to_owned(),
            precision: HA_PRECISION,
            must_exist: false,
        });
    }
    for &(suffix, instead, least, precision) in rules(term) {
        let Some(left) = term.strip_suffix(suffix) else {
            continue;
        };
        let base = join(&[left, instead], "");
        let letters = base.chars().count();
        if letters < usize::from(least) {
            continue;
        }
        // planning: the consonant before the ending is doubled
        if let [.., a, b] = left.as_bytes()
            && a == b
            && is_latin(left)
            && letters > usize::from(least)
            && matches!(suffix, "ing" | "ed" | "er")
            && instead.is_empty()
        {
            found.push(Form {
                term: part(left, 0, left.len() - 1).to_owned(),
                precision,
                must_exist: true,
            });
        }
        found.push(Form {
            precision: precision_for(suffix, letters, precision),
            term: base,
            must_exist: true,
        });
    }
    found
}

/// ی after three letters is as often part of the word.
fn precision_for(suffix: &str, letters: usize, precision: f32) -> f32 {
    if suffix == "ی" && letters == 3 {
        0.36
    } else {
        precision
    }
}

/// What may be a form of `base`.
pub(crate) fn inflections(base: &str) -> Vec<Form> {
    let mut found = Vec::new();
    let letters = base.chars().count();
    let mut add = |term: String, precision: f32| {
        found.push(Form {
            term,
            precision,
            must_exist: true,
        })
    };
    if letters >= 2 && !is_latin(base) && !NOT_HA.contains(&base) {
        AFTER_HA
            .iter()
            .for_each(|after| add(join(&[base, HA, after], ""), HA_PRECISION));
    }
    for &(suffix, instead, least, precision) in rules(base) {
        let Some(left) = base.strip_suffix(instead) else {
            continue;
        };
        if letters < usize::from(least) {
            continue;
        }
        let precision = precision_for(suffix, letters, precision);
        add(join(&[left, suffix], ""), precision);
        if matches!(suffix, "ing" | "ed" | "er")
            && instead.is_empty()
            && is_latin(base)
            && let Some(before) = base.len().checked_sub(1)
        {
            let last = part(base, before, base.len());
            add(join(&[base, last, suffix], ""), precision);
        }
    }
    found
}

/// The singular of an Arabic plural, or the plurals of a singular.
pub(crate) fn plurals(term: &str) -> impl Iterator<Item = &'static str> {
    BROKEN_PLURALS.lines().filter_map(move |line| {
        let (plural, singular) = line.split_once(' ')?;
        if plural == term {
            Some(singular)
        } else if singular == term {
            Some(plural)
        } else {
            None
        }
    })
}

/// Endings of verbs as they are spoken and as they are written.
const SPOKEN_ENDINGS: [(&str, &str); 18] = [
    ("شه", "شود"),
    ("شم", "شوم"),
    ("شن", "شوند"),
    ("ره", "رود"),
    ("رم", "روم"),
    ("رن", "روند"),
    ("گه", "گوید"),
    ("گم", "گویم"),
    ("گن", "گویند"),
    ("دم", "دهم"),
    ("ده", "دهد"),
    ("دن", "دهند"),
    ("واد", "واهد"),
    ("وام", "واهم"),
    ("وان", "واهند"),
    ("ین", "ید"),
    ("ن", "ند"),
    ("ه", "د"),
];
/// Words that are spoken otherwise as a whole, folded.
const SPOKEN_WORDS: [(&str, &str); 16] = [
    ("یه", "یک"),
    ("اگه", "اگر"),
    ("دیگه", "دیگر"),
    ("مگه", "مگر"),
    ("اخه", "اخر"),
    ("چی", "چه"),
    ("رو", "را"),
    ("اون", "ان"),
    ("اونا", "انها"),
    ("اینا", "اینها"),
    ("واسه", "برای"),
    ("همدیگه", "همدیگر"),
    ("میخوام", "میخواهم"),
    ("هس", "هست"),
    ("چیه", "چیست"),
    ("کیه", "کیست"),
];

/// The word in spoken and in written spelling, each way: خونه and خانه, میکنه and میکند, اگه and
/// اگر; one difference at a time, but for a verb that has both (میتونه, میتواند).
pub(crate) fn colloquial(term: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (from, to) in [("ون", "ان"), ("ان", "ون"), ("تون", "توان"), ("توان", "تون")]
    {
        for at in places(term, from).filter(|&at| at > 0) {
            let (before, after) = (part(term, 0, at), part(term, at + from.len(), term.len()));
            found.push(join(&[before, to, after], ""));
        }
    }
    // Only of verbs, which short words and those with their prefixes may be: nouns end so, too.
    let is_verb = ["می", "نمی", "ب", "ن"]
        .iter()
        .any(|prefix| term.starts_with(prefix));
    if is_verb || term.chars().count() <= 4 {
        for at in 0..=found.len() {
            let word = if at == 0 { term } else { &found[at - 1] }.to_owned();
            for (spoken, written) in SPOKEN_ENDINGS {
                for (from, to) in [(spoken, written), (written, spoken)] {
                    if let Some(stem) = word.strip_suffix(from)
                        && !stem.is_empty()
                    {
                        found.push(join(&[stem, to], ""));
                    }
                }
            }
        }
    }
    for (spoken, written) in SPOKEN_WORDS {
        if term == spoken {
            found.push(written.to_owned());
        } else if term == written {
            found.push(spoken.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(forms: &[Form]) -> Vec<&str> {
        forms.iter().map(|form| form.term.as_str()).collect()
    }

    #[test]
    fn endings_are_cut() {
        assert_eq!(
            terms(&bases("کتابهایشان")),
            ["کتاب", "کتابها", "کتابهای", "کتابهایش"]
        );
        assert_eq!(terms(&bases("جملات")), ["جمله"]);
        assert_eq!(terms(&bases("تنها")), [""; 0]);
        assert_eq!(terms(&bases("زبان")), [""; 0]);
        assert_eq!(terms(&bases("planning")), ["plan", "plann", "planne"]);
        assert_eq!(terms(&bases("queries")), ["query", "queri", "querie"]);
    }

    #[test]
    fn whatever_is_cut_can_be_put_back() {
        for word in [
            "کتابهای",
            "بزرگترین",
            "خوانندگان",
            "جملات",
            "دوستانشان",
            "networks",
            "stopped",
            "caching",
        ] {
            for base in bases(word) {
                let forms = inflections(&base.term);
                assert!(terms(&forms).contains(&word), "{word} from {}", base.term);
            }
        }
    }

    #[test]
    fn plurals_go_both_ways() {
        assert_eq!(plurals("تصاویر").collect::<Vec<_>>(), ["تصویر"]);
        assert_eq!(plurals("شرط").collect::<Vec<_>>(), ["شرایط", "شروط"]);
    }

    #[test]
    fn spoken_spelling_goes_both_ways() {
        let pairs = [
            ("کتابخونه", "کتابخانه"),
            ("میکنه", "میکند"),
            ("میشن", "میشوند"),
            ("میتونه", "میتواند"),
            ("اگه", "اگر"),
        ];
        for (spoken, written) in pairs {
            assert!(colloquial(spoken).contains(&written.to_owned()), "{spoken}");
        }
        assert!(colloquial("میکند").contains(&"میکنه".to_owned()));
        assert!(colloquial("میدانستان").contains(&"میدونستان".to_owned()));
    }
}
