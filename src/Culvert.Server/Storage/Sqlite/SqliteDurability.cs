namespace Culvert.Server.Storage.Sqlite;

/// <summary>What an acknowledged write survives.</summary>
internal enum SqliteDurability
{
    /// <summary>Power loss: one sync per commit (<c>synchronous=FULL</c>).</summary>
    Disk,

    /// <summary>The end of the process, not power loss (<c>synchronous=NORMAL</c>).</summary>
    Process,
}
