# etcd as Debian builds it: where the members of PostgreSQL agree on who is the primary.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends etcd-server etcd-client \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=etcd --group=etcd --mode=700 /var/lib/etcd
USER etcd
CMD ["etcd"]
