# Chappe in an image. Built in the project's root:
#   docker build -f deploy/compose/chappe.Dockerfile -t chappe .
FROM python:3.13-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
RUN python -m venv /opt/chappe
ENV PATH=/opt/chappe/bin:$PATH
WORKDIR /build
COPY requirements.lock requirements-voice.lock ./
# The locked setuptools builds the package, so that nothing comes unlocked.
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock \
    && pip install --no-cache-dir --require-hashes --requirement requirements-voice.lock
COPY pyproject.toml setup.py README.md LICENSE NOTICE ./
COPY src ./src
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
# The parts in C are left out in silence where they can't be built; an image is to have them.
RUN cd / && python -c "import chappe.native.codecs, chappe.native.hand, chappe.native.sockets"

FROM python:3.13-slim
COPY --from=build /opt/chappe /opt/chappe
COPY --chmod=755 deploy/compose/chappe.sh /usr/local/bin/chappe.sh
RUN useradd --system --uid 10001 --user-group --no-create-home chappe \
    && install --directory --owner=chappe --group=chappe --mode=700 /var/lib/chappe
ENV PATH=/opt/chappe/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CHAPPE_CONFIG=/etc/chappe/chappe.toml \
    CHAPPE_DATA=/var/lib/chappe \
    CREDENTIALS_DIRECTORY=/run/secrets
USER chappe
EXPOSE 8025
ENTRYPOINT ["/usr/local/bin/chappe.sh"]
CMD ["chappe", "serve"]
