import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { AggregationTemporality } from '@opentelemetry/sdk-metrics';
import { identityOf } from '../store/identity.ts';
import { type Told, told } from '../views/text.ts';
import { beginExport, countRequests, OTLP, type OtlpSource } from './countRequests.ts';
import type { OtlpSettings } from './otlpSettings.ts';
import { tokenMetrics } from './tokenMetrics.ts';

/** What exports metrics again and again. */
export interface OtlpSender {
  /** Ends; an export that is under way is waited for. */
  stop(): Promise<void>;
}

export interface OtlpSenderOptions {
  source: OtlpSource;
  settings: OtlpSettings;
  onTrouble(text: Told): void;
  now?: () => number;
  /** An export, with all tries of the SDK, takes no longer. */
  timeoutMs?: number;
}

/** Of the SDK's `ExportResultCode`. */
const SUCCESS = 0;
const TIMEOUT_MS = 10_000;
const MOST_WAIT_MS = 30 * 60_000;
/** Failures in a row until a word is said. */
const FAILURES_TOLD = 3;

/**
 * Exports sums at every interval, one export at a time. Nothing waits in memory while a receiver is away: the next sums hold everything. The
 * SDK tries again what is worth it, as the receiver says; after that it is tried less and less often.
 */
export function createOtlpSender(options: OtlpSenderOptions): OtlpSender {
  const { source, settings, now = Date.now, timeoutMs = TIMEOUT_MS } = options;
  const exporter = new OTLPMetricExporter({
    url: settings.endpoint,
    headers: settings.headers,
    timeoutMillis: timeoutMs,
    concurrencyLimit: 1,
    temporalityPreference: AggregationTemporality.CUMULATIVE,
  });
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let failures = 0;
  let stopped = false;

  beginExport(source, settings.endpoint, now());

  const exportOnce = async (): Promise<void> => {
    const { series, sinceMs } = countRequests(source, now());
    if (series.length === 0) return;
    const { version } = settings;
    const instance = identityOf('otlp', source.deliveries.installation());
    const error = await new Promise<Error | undefined>((resolve) => {
      exporter.export(tokenMetrics(series, { version, instance, sinceMs }, now()), ({ code, error }) =>
        resolve(code === SUCCESS ? undefined : (error ?? new Error('failed'))),
      );
    });
    failures = error ? failures + 1 : 0;
    if (error && failures === FAILURES_TOLD)
      options.onTrouble(
        told(
          'Metrics cannot be exported to {0} ({1}). It is tried again; nothing is lost meanwhile.',
          hostOf(settings.endpoint),
          reasonOf(error),
        ),
      );
  };

  const plan = (afterMs: number): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = exportOnce()
        .catch((error: unknown) => options.onTrouble(told('Metrics cannot be counted ({0}).', reasonOf(error))))
        .finally(() => {
          running = undefined;
          plan(
            Math.min(settings.intervalMs * 2 ** Math.min(failures, 10), Math.max(MOST_WAIT_MS, settings.intervalMs)),
          );
        });
    }, afterMs);
    timer.unref();
  };
  plan(0);

  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await exporter.shutdown().catch(() => undefined);
    },
  };
}

/** After it was switched off: the next export begins anew, with what is used from then on. */
export const endExport = ({ deliveries }: OtlpSource): void => deliveries.end(OTLP);

/** Without the path, which may hold a key. */
const hostOf = (endpoint: string): string => (URL.canParse(endpoint) ? new URL(endpoint).host : '?');

/** A code of HTTP or of the system; answers of a receiver are not repeated. */
function reasonOf(error: unknown): string {
  const { code, message = String(error) } = error as { code?: unknown; message?: string };
  return code === undefined ? message.slice(0, 100) : String(code);
}
