# One image for every part: `eds gateway`, `eds consumers`, `eds graphql`, and the operations.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements requirements
# docker build --build-arg EXTRA=otel . for [traces] endpoint: OpenTelemetry is not in it otherwise.
ARG EXTRA=""
RUN python -m venv /app && /app/bin/python -m pip install --no-cache-dir -r requirements/run.txt ${EXTRA:+-r requirements/$EXTRA.txt}
COPY . .
# Told by eds_build_info: docker build --build-arg COMMIT=$(git rev-parse HEAD) .
ARG COMMIT=""
RUN echo "$COMMIT" > delivery/commit.txt
RUN /app/bin/python -m pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/eds eds \
 && install -d -o eds -g eds /var/spool/eds
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001
WORKDIR /var/lib/eds
ENTRYPOINT ["eds"]
CMD ["--help"]
