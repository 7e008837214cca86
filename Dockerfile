FROM python:3.13-slim AS build
RUN python -m venv /opt/venv
COPY requirements.lock .
# Nothing can be compiled later: the running container's root is read-only.
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /opt/venv/bin/pip uninstall --yes pip

FROM python:3.13-slim
RUN groupadd --gid 10001 octavo \
    && useradd --uid 10001 --gid octavo --no-create-home --home-dir /data --shell /usr/sbin/nologin octavo \
    && install --directory --owner octavo --group octavo /data
COPY --from=build /opt/venv /opt/venv
WORKDIR /app
COPY manage.py ./
COPY deploy deploy
COPY settings settings
COPY core core
COPY authors authors
COPY books books
COPY serializers serializers
COPY api api
RUN /opt/venv/bin/python -m compileall -q .
# What is written goes to /data; the rest is scratch, for which /dev/shm is there in every container.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/dev/shm \
    DJANGO_SETTINGS_MODULE=settings.prod \
    DATA_DIR=/data \
    HOST=0.0.0.0 \
    PORT=8000 \
    LOG_FORMAT=json
VOLUME /data
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --start-interval=1s CMD ["python", "-m", "deploy.healthy"]
ENTRYPOINT ["deploy/entrypoint.sh"]
CMD ["api"]
