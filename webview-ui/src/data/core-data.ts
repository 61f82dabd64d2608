import type {
  Grouping,
  RequestsPage,
  RequestsQuery,
  UsageQuery,
  UsageReport,
} from '@relaycore/proxy-core/contract';

/** What panels ask of the core, whatever carries it. Rejects with CoreFailure only. */
export interface CoreData {
  usage(query: UsageQuery & { readonly groupBy: Grouping }): Promise<UsageReport>;
  requests(query: RequestsQuery): Promise<RequestsPage>;
}
