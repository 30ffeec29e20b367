# syntax=docker/dockerfile:1.7

FROM rust:1.95.0-slim-bookworm AS builder
WORKDIR /src
# Whom alerts over https may be sent to: the authorities that Debian vouches for.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && test -s /etc/ssl/certs/ca-certificates.crt
COPY . .
# The caches stay with the builder, so the binary is taken out of them in the same step.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --package server --bin waymark \
    && cp target/release/waymark /usr/local/bin/waymark

FROM debian:12.11-slim
RUN groupadd --system --gid 10001 waymark \
    && useradd --system --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin waymark \
    && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=builder /usr/local/bin/waymark /usr/local/bin/waymark
COPY LICENSE LICENSE-APACHE LICENSE-MIT /usr/share/doc/waymark/
USER 10001:10001
# The one place it writes to: the root file system may be read-only.
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["waymark", "health"]
ENTRYPOINT ["waymark"]
# On loopback, which nobody outside the container reaches, until whoever runs it says who may ask:
# see docker-compose.yml.
CMD ["serve", "--data-dir", "/data"]
