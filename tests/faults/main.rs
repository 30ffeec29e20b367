//! Bad days: late and jumbled steps, crashes, stops, and starts that cannot be. The real binary each time.

#[cfg(test)]
mod alerts;
#[cfg(test)]
mod backup;
#[cfg(test)]
mod between;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod cut;
#[cfg(test)]
mod damaged;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod drain;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod identifiers;
#[cfg(test)]
mod import;
#[cfg(test)]
mod import_csv;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod kurrent;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod order;
#[cfg(test)]
mod outage;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod process;
#[cfg(test)]
mod read_only;
#[cfg(test)]
mod rebuild;
#[cfg(test)]
mod restore_postgres;
#[cfg(test)]
mod several;
#[cfg(test)]
mod start;
#[cfg(test)]
mod subscribers;
#[cfg(test)]
mod torn;
#[cfg(test)]
mod town;
