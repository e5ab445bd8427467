# The bot in a container: docker build -t danvan . (docs/deploy/compose.yaml runs it beside PostgreSQL).
FROM python:3.12-slim-bookworm AS packages
COPY requirements.lock /
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --quiet --requirement /requirements.lock

FROM python:3.12-slim-bookworm
# A person who is nobody: nothing is theirs but /data, and what several containers share or keep apart.
RUN useradd --system --uid 10001 --no-create-home danvan && install -d -o danvan -g danvan -m 700 /data /media /state
COPY --from=packages /venv /venv
COPY bot /app/bot
COPY handlers /app/handlers
COPY reporting /app/reporting
COPY forms /app/forms
COPY storage /app/storage
COPY locales /app/locales
COPY campaigns /app/campaigns
RUN /venv/bin/python -m compileall -q /app
USER danvan
# What the bot keeps beside its database (a key, the journal of Zalo) it keeps where it runs.
WORKDIR /data
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 MPLCONFIGDIR=/tmp \
    DATABASE_URL=sqlite+aiosqlite:////data/danvan.db MEDIA_DIR=/data/media WEB_HOST=0.0.0.0 WEB_PORT=8080 LOG_FORMAT=json
VOLUME /data
EXPOSE 8080
# Telegram and Zalo that are away are no reason to start anew: only a bot that does not take reports is sick.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "bot.healthcheck"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
