/** Where metrics are sent by OTLP/HTTP. Absent = nowhere. */
export interface OtlpSettings {
  /** `https://collector.example.com:4318/v1/metrics` */
  endpoint: string;
  /** Secrets, most often an authorization. */
  headers: Record<string, string>;
  intervalMs: number;
  /** Of the extension. */
  version: string;
}
