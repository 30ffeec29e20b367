//! Journeys over HTTP, the arrows of the house, faults.
