# The same steps as `make setup` and `make run`, in an image without root.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock ./
RUN .venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY bot/ bot/
COPY locales/ locales/
RUN .venv/bin/python -m bot.i18n.compiling locales

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /app house && mkdir -p /app/data && chown 10001 /app/data
WORKDIR /app
COPY --from=build /app /app
USER 10001
ENV PATH="/app/.venv/bin:$PATH" PYTHONUNBUFFERED=1 BOT_HTTP_HOST=0.0.0.0
VOLUME /app/data
EXPOSE 8081
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/healthz', timeout=4)"]
CMD ["python", "-m", "bot", "run"]
