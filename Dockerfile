# The platform in one image; `python manage.py serve web|worker|beat` chooses the process.
# Image build not tested here: tests/bootstrap/test_containers.py checks the entry points without Docker.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/runtime.txt /tmp/runtime.txt
RUN python -m venv /opt/venv && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/runtime.txt

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin bp \
    && install -d -o bp -g bp /srv/media
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY . .
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BP_NO_BOOTSTRAP=1 \
    BP_PORT=8000 \
    BP_BIND=0.0.0.0:8000 \
    BP_MEDIA_DIR=/srv/media \
    BP_STATIC_DIR=/app/staticfiles \
    DJANGO_SETTINGS_MODULE=bp_platform.settings.base
# Collected with made-up secrets, which stay out of the image.
RUN python manage.py compile_catalogue && python -m bp_platform.bootstrap.image
USER bp
EXPOSE 8000
HEALTHCHECK NONE
CMD ["python", "manage.py", "serve", "web"]
