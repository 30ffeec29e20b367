//! THE BINARY: config, wiring, telemetry, shutdown.
