# Emoscope as a service, with the shipped model: docker build -t emoscope .
#   docker run --rm -p 127.0.0.1:8642:8642 -e EMOSCOPE_KEY=at-least-16-characters emoscope
FROM python:3.12-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/emoscope \
    && /opt/emoscope/bin/pip install --no-cache-dir -c constraints.txt ".[cpu,serve,silero]" \
    && /opt/emoscope/bin/pip uninstall -y PySide6-Essentials shiboken6 pyqtgraph librosa numba llvmlite

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 emoscope
COPY --from=build /opt/emoscope /opt/emoscope
USER emoscope
ENV PATH=/opt/emoscope/bin:$PATH OMP_NUM_THREADS=1
EXPOSE 8642
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8642/health', timeout=4)"]
# Others reach this address, so it starts only with a key in EMOSCOPE_KEY.
CMD ["emoscope", "serve", "--host", "0.0.0.0", "--port", "8642"]
