//! How an index is to be searched, as the command line or `juya.toml` says.

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, Command, FromArgMatches};
use juya_engine::Settings;
use juya_engine::build::{FacetNames, Synonyms, Weight};

#[derive(Args)]
struct Options {
    /// How much a word counts in a field, from 0, where it is not searched, to 100: in title (3 unless
    /// said), text (1), tags (1), links (0.3), which are addresses and what pages weigh low
    #[arg(long, value_name = "FIELD=N")]
    weights: Vec<Weight>,
    /// Words and phrases that say the same, with commas between them: who searches for one finds the
    /// others, too
    #[arg(long, value_name = "WORDS,…")]
    synonyms: Vec<Synonyms>,
    /// By what readers narrow a search: tags, kinds, sources, years, with commas between them, or none;
    /// all of them unless said
    #[arg(long, value_name = "NAMES,…")]
    facets: Option<FacetNames>,
}

/// The options that an index keeps.
#[derive(Clone)]
pub(crate) struct Kept(pub(crate) Settings);

impl Args for Kept {
    fn augment_args(command: Command) -> Command {
        Options::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Options::augment_args_for_update(command)
    }
}

impl FromArgMatches for Kept {
    /// Fails as for any wrong value where the options do not go together, so that it is said before
    /// anything is read, and with the line of the file.
    fn from_arg_matches(matches: &ArgMatches) -> Result<Kept, clap::Error> {
        let Options {
            weights,
            synonyms,
            facets,
        } = Options::from_arg_matches(matches)?;
        Settings::new(&weights, &synonyms, facets)
            .map(Kept)
            .map_err(|error| {
                let said = format!("invalid values for '--weights <FIELD=N>': {error}\n");
                clap::Error::raw(ErrorKind::ValueValidation, said)
            })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Kept::from_arg_matches(matches)?;
        Ok(())
    }
}
