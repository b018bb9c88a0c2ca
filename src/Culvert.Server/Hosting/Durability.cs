namespace Culvert.Server.Hosting;

/// <summary>What an acknowledged message survives.</summary>
public enum Durability
{
    /// <summary>A power cut: each group of messages is synced to the disk before it is acknowledged.</summary>
    Disk = 0,

    /// <summary>The end of the process, not a power cut: the operating system has the message.</summary>
    Process = 1,
}
