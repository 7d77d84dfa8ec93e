# PostgreSQL with Patroni, which makes one of several the primary. Built in the project's root:
#   docker build -f deploy/compose/patroni.Dockerfile -t chappe-patroni .
FROM postgres:16-bookworm
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY requirements-patroni.lock /tmp/
RUN python3 -m venv /opt/patroni \
    && /opt/patroni/bin/pip install --no-cache-dir --require-hashes \
        --requirement /tmp/requirements-patroni.lock
COPY --chmod=755 deploy/compose/patroni.sh deploy/compose/make_database.sh /usr/local/bin/
ENV PATH=/opt/patroni/bin:$PATH \
    CREDENTIALS_DIRECTORY=/run/secrets
USER postgres
EXPOSE 5432 8008
ENTRYPOINT ["/usr/local/bin/patroni.sh"]
CMD ["patroni", "/etc/patroni/patroni.yaml"]
