namespace Culvert.IntegrationTests.Clusters;

/// <summary>What a run does to its cluster.</summary>
internal enum ClusterFault
{
    KillNode,
    PauseNode,
    KillRedis,
    RestartPostgres,
    DropBusConnections,
}
