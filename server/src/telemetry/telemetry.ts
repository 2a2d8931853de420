/** Metrics and traces, as the settings say. Nothing is loaded for what is switched off. */
import type { Logger } from '../core/ports/logger.ts';
import { type Meter, NO_METER, NO_TRACER, type Tracer } from '../core/ports/telemetry.ts';
import type { FigureSources } from './readings.ts';

export interface TelemetryOptions {
  readonly version: string;
  readonly role: string;
  /** Null: no figures. */
  readonly metrics: { readonly host: string; readonly port: number } | null;
  /** Where traces are posted; null: no traces. */
  readonly tracesUrl: string | null;
  readonly minimumFreeBytes: number;
  readonly log: Logger;
}

export interface Telemetry {
  readonly meter: Meter;
  readonly tracer: Tracer;
  /** Starts serving figures. Resolves with their URL, or null if they are switched off. Throws `bad_setting`. */
  serve(sources: FigureSources): Promise<string | null>;
  /** Stops serving, and sends the remaining traces. */
  close(): Promise<void>;
}

/** For operators' commands, which nobody monitors. */
export const UNWATCHED: Pick<Telemetry, 'meter' | 'tracer'> = { meter: NO_METER, tracer: NO_TRACER };

async function loadFigures({ metrics, ...options }: TelemetryOptions) {
  if (metrics === null) return null;
  const { createFigures } = await import('./prometheus.ts');
  const figures = createFigures(options);
  return {
    meter: figures.meter,
    async serve(sources: FigureSources) {
      const { serveFigures } = await import('./figures-server.ts');
      const { contentType } = figures;
      return serveFigures({ ...metrics, contentType, render: figures.renderer(sources), log: options.log });
    },
  };
}

async function loadTraces({ tracesUrl: url, version, log }: TelemetryOptions) {
  if (url === null) return null;
  const { openTraces } = await import('./traces.ts');
  return openTraces({ url, version, log });
}

export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const [figures, traces] = await Promise.all([loadFigures(options), loadTraces(options)]);
  let server: { readonly url: string; close(): Promise<void> } | null = null;
  return {
    meter: figures?.meter ?? NO_METER,
    tracer: traces?.tracer ?? NO_TRACER,
    async serve(sources) {
      server = (await figures?.serve(sources)) ?? null;
      return server?.url ?? null;
    },
    async close() {
      await server?.close();
      await traces?.close();
    },
  };
}
