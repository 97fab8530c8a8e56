//! What the owner of posts says of how they are searched. The index keeps it, so that it is searched
//! alike wherever it is opened.

use crate::format::Field;
#[cfg(feature = "build")]
use serde::Serialize;

/// How an index is searched: what the fields weigh, which words say the same, which facets are
/// counted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub struct Settings {
    /// How much a word counts in each field, in hundredths; 0 where it is not searched.
    pub(crate) weights: [u32; Field::COUNT],
    /// The facets that are counted, a bit each: tags, kinds, sources, years.
    pub(crate) facets: u32,
    /// In the order of their words.
    pub(crate) synonyms: Vec<Synonym>,
}

/// A word or words that say the same as others.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "build", derive(Serialize))]
pub(crate) struct Synonym {
    /// Terms in a row.
    pub(crate) words: Vec<String>,
    /// Those that say the same have the same number.
    pub(crate) group: u32,
}

impl Default for Settings {
    /// Weights that are measured (docs/relevance.md), all facets, no synonyms.
    fn default() -> Settings {
        Settings {
            weights: [300, 100, 100, 30],
            facets: 0b1111,
            synonyms: Vec::new(),
        }
    }
}

#[cfg(feature = "build")]
pub use said::{FacetNames, Synonyms, Weight};

/// Settings as people write them.
#[cfg(feature = "build")]
mod said {
    use super::{Settings, Synonym};
    use crate::analyze::tokens;
    use crate::format::Field;
    use std::collections::BTreeMap;
    use std::str::FromStr;

    /// In the order of their bits.
    const FACETS: [&str; 4] = ["tags", "kinds", "sources", "years"];
    /// No field weighs more, in hundredths.
    const MAX_WEIGHT: f64 = 10_000.0;

    /// How much a word counts in a field: `title=5`. From 0, where the field is not searched, to 100,
    /// in hundredths; unless said, 3 for the title, 1 for text and tags, 0.3 for links.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Weight {
        field: Field,
        hundredths: u32,
    }

    impl FromStr for Weight {
        type Err = String;

        fn from_str(text: &str) -> Result<Weight, String> {
            let (name, weight) = text.split_once('=').ok_or(format!(
                "{text:?} has no weight; write FIELD=NUMBER, such as title=5"
            ))?;
            let fields = Field::ALL.map(Field::name);
            let field = fields.iter().position(|&field| field == name.trim());
            let field = field.ok_or(format!(
                "no field is called {:?}; there are {}",
                name.trim(),
                fields.join(", ")
            ))?;
            let hundredths = weight.trim().parse::<f64>().map(|weight| weight * 100.0);
            match hundredths {
                Ok(hundredths) if (0.0..=MAX_WEIGHT).contains(&hundredths) => Ok(Weight {
                    field: Field::ALL[field],
                    hundredths: hundredths.round() as u32,
                }),
                _ => Err(format!(
                    "{:?} is no weight; write a number from 0 to 100",
                    weight.trim()
                )),
            }
        }
    }

    /// Words and phrases that say the same, with commas between them: `NLP, natural language
    /// processing, پردازش زبان طبیعی`. Who searches for one finds the others, too.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Synonyms(Vec<Vec<String>>);

    impl FromStr for Synonyms {
        type Err = String;

        fn from_str(text: &str) -> Result<Synonyms, String> {
            if text.trim().is_empty() {
                return Err("no words; write two or more, with commas between them".to_owned());
            }
            let mut group = Vec::new();
            for phrase in text.split([',', '،']) {
                let mut words: Vec<String> = Vec::new();
                tokens(phrase, |token| words.push(token.term.to_owned()));
                match words.is_empty() {
                    true => return Err(format!("{phrase:?} of {text:?} has no words")),
                    false => group.push(words),
                }
            }
            group.sort_unstable();
            group.dedup();
            match group.len() {
                1 => Err(format!(
                    "{text:?} is one word to a search; write two or more that say the same, with commas between them"
                )),
                _ => Ok(Synonyms(group)),
            }
        }
    }

    /// Names of the facets that are counted, with commas between them: `tags, years`; `none` of them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct FacetNames(u32);

    impl FromStr for FacetNames {
        type Err = String;

        fn from_str(text: &str) -> Result<FacetNames, String> {
            if text.trim() == "none" {
                return Ok(FacetNames(0));
            }
            let names = text.split([',', '،']).map(str::trim);
            let mut named = names.filter(|name| !name.is_empty());
            named.try_fold(FacetNames(0), |FacetNames(bits), name| {
                let known = FACETS.iter().position(|&facet| facet == name);
                let place = known.ok_or(format!(
                    "no facet is called {name:?}; there are {}, or none alone",
                    FACETS.join(", ")
                ))?;
                Ok(FacetNames(bits | 1 << place))
            })
        }
    }

    impl Settings {
        /// With these weights, the last of several for a field; these groups of synonyms; these
        /// facets, or all.
        ///
        /// # Errors
        ///
        /// If no field weighs anything.
        pub fn new(
            weights: &[Weight],
            synonyms: &[Synonyms],
            facets: Option<FacetNames>,
        ) -> Result<Settings, String> {
            let mut settings = Settings::default();
            for weight in weights {
                settings.weights[weight.field as usize] = weight.hundredths;
            }
            if settings.weights == [0; Field::COUNT] {
                return Err("no field is searched; give one a weight above 0".to_owned());
            }
            if let Some(FacetNames(bits)) = facets {
                settings.facets = bits;
            }
            for (group, Synonyms(phrases)) in (0..).zip(synonyms) {
                settings
                    .synonyms
                    .extend(phrases.iter().map(|words| Synonym {
                        words: words.clone(),
                        group,
                    }));
            }
            settings.synonyms.sort_unstable();
            Ok(settings)
        }

        /// The fields, and how much a word counts in each: 0 where it is not searched, at most 100.
        pub fn weights(&self) -> [(&'static str, f64); Field::COUNT] {
            Field::ALL.map(|field| {
                let hundredths = self.weights[field as usize];
                (field.name(), f64::from(hundredths) / 100.0)
            })
        }

        /// The words and phrases that say the same, group by group, as terms.
        pub fn synonyms(&self) -> Vec<Vec<String>> {
            let mut groups: BTreeMap<u32, Vec<String>> = BTreeMap::new();
            for Synonym { words, group } in &self.synonyms {
                groups.entry(*group).or_default().push(words.join(" "));
            }
            groups.into_values().collect()
        }

        /// The names of the facets that are counted.
        pub fn facets(&self) -> Vec<&'static str> {
            let names = FACETS.iter().enumerate();
            let counted = names.filter(|(place, _)| self.facets >> place & 1 == 1);
            counted.map(|(_, &name)| name).collect()
        }
    }
}

#[cfg(all(test, feature = "build"))]
mod tests {
    use super::said::{FacetNames, Synonyms, Weight};
    use super::*;

    #[test]
    fn settings_are_read_as_people_write_them() {
        let weights = [" title = 5", "links=0.125", "links=0.5"];
        let weights = weights.map(|text| text.parse::<Weight>().expect("a weight"));
        let synonyms = ["شبکه عصبی، Neural  Network, شبكه عصبي", "b,a"];
        let synonyms = synonyms.map(|text| text.parse::<Synonyms>().expect("synonyms"));
        let facets = "years , tags".parse::<FacetNames>().ok();
        let settings = Settings::new(&weights, &synonyms, facets).expect("searched fields");
        assert_eq!(settings.weights, [500, 100, 100, 50]);
        assert_eq!(settings.facets, 0b1001);
        let synonyms: Vec<(String, u32)> = settings
            .synonyms
            .iter()
            .map(|synonym| (synonym.words.join("+"), synonym.group))
            .collect();
        let expect = [("a", 1), ("b", 1), ("neural+network", 0), ("شبکه+عصبی", 0)];
        assert_eq!(
            synonyms,
            expect.map(|(words, group)| (words.to_owned(), group))
        );
        let settings = Settings::new(&[], &[], "none".parse().ok()).expect("searched fields");
        assert_eq!(settings.facets, 0);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for text in [
            "title",
            "name=1",
            "title=-1",
            "title=101",
            "title=NaN",
            "=",
            "",
        ] {
            assert!(text.parse::<Weight>().is_err(), "{text}");
        }
        for text in ["", "one", "one, ONE", "one,", "one, !"] {
            assert!(text.parse::<Synonyms>().is_err(), "{text}");
        }
        for text in ["colour", "none, tags", "tags years"] {
            assert!(text.parse::<FacetNames>().is_err(), "{text}");
        }
        let nothing = ["title=0", "text=0", "tags=0", "links=0.004"];
        let nothing = nothing.map(|text| text.parse::<Weight>().expect("a weight"));
        assert!(Settings::new(&nothing, &[], None).is_err());
    }
}
