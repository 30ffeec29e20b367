//! The arguments of `waymark letter`.

use std::path::PathBuf;

use clap::Args;

/// What `waymark letter --help` teaches.
pub(super) const HELP: &str = r#"Without a template it lists those that ship, with their reasons and the facts that each needs.

FILE holds the steps of one pathway, as `waymark import` and `waymark export` have them. What its
history does not hold is given by --fact: there is no directory here, so names and telephone numbers
are given so too. A fact that is missing is named, and no letter is written.

Example: a letter that returns work, from a template that ships.

  $ waymark letter
  $ waymark letter one.ndjson --template workload-return --reason PROVIDERS_DUTY \
      --fact sender.organisation="Station Surgery" --fact recipient.organisation="Riverside Hospital" \
      --fact signer.name="Dr Sam Example" --fact signer.role="GP partner"

A template of your own is checked first; every mistake is told with its line.

  $ waymark letter one.ndjson --template-file my-letter.toml --html > my-letter.html

To issue a letter, and to record that, ask the server: the mutation issueLetter (docs/letters.md)."#;

#[derive(Debug, Args)]
pub(crate) struct LetterArgs {
    /// NDJSON file with the steps of one pathway; left out: all facts are given by --fact.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// A template that ships, by its id; without it and --template-file they are listed.
    #[arg(long, value_name = "ID", conflicts_with = "template_file")]
    pub(crate) template: Option<String>,
    /// A template of your own (TOML, as in schema/letters/); its name is its id.
    #[arg(long, value_name = "FILE")]
    pub(crate) template_file: Option<PathBuf>,
    /// A reason, by its code; may be given several times.
    #[arg(long, value_name = "CODE")]
    pub(crate) reason: Vec<String>,
    /// A fact, such as patient.name="Ada Example"; may be given several times.
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) fact: Vec<String>,
    /// The work, message, request or appointment that it is about; left out: the last.
    #[arg(long, value_name = "ID")]
    pub(crate) about: Option<String>,
    /// Write HTML instead of plain text.
    #[arg(long)]
    pub(crate) html: bool,
    /// Write the HTML in large print.
    #[arg(long, requires = "html")]
    pub(crate) large_print: bool,
}
