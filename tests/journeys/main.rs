//! Journeys over HTTP: what people came for, from recording to answer, against the real binary.

#[cfg(test)]
mod cancer_and_diagnostics;
#[cfg(test)]
mod clock_command;
#[cfg(test)]
mod clock_why;
#[cfg(test)]
mod compose;
#[cfg(test)]
mod examiner_cases;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod interface;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod moving_house;
#[cfg(test)]
mod next_steps;
#[cfg(test)]
mod office;
#[cfg(test)]
mod on_kurrent;
#[cfg(test)]
mod on_postgres;
#[cfg(test)]
mod own_data;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod public_waits;
#[cfg(test)]
mod queue;
#[cfg(test)]
mod read_enough;
#[cfg(test)]
mod real_figures;
#[cfg(test)]
mod safety_net;
#[cfg(test)]
mod scorecards;
#[cfg(test)]
mod service_promises;
#[cfg(test)]
mod several_servers;
#[cfg(test)]
mod the_bench;
#[cfg(test)]
mod the_compliance_report;
#[cfg(test)]
mod the_month;
#[cfg(test)]
mod the_outlook;
#[cfg(test)]
mod the_report;
#[cfg(test)]
mod thin_slice;
#[cfg(test)]
mod whose_words;
#[cfg(test)]
mod wrong_person;
#[cfg(test)]
mod xes;
