using Culvert.Server.Tunnels.Agents;

namespace Culvert.Server.Tunnels.Names;

/// <summary>One agent behind a name, and how it fares. The <see cref="NameTable"/> guards what changes.</summary>
internal sealed class Registration(string name, string instance, AgentSession session)
{
    /// <summary>As the agent wrote it.</summary>
    public string Name => name;

    /// <summary>Tells the agents of one user apart: the same one, come back, takes its place again.</summary>
    public string Instance => instance;

    public AgentSession Session => session;

    /// <summary>Streams and attempts under way.</summary>
    public int Open { get; set; }

    /// <summary>Attempts in a row that reached no target.</summary>
    public int Failures { get; set; }

    /// <summary>Left out before this, in timestamps of the table's time; 0 when it fares well.</summary>
    public long DownUntil { get; set; }
}
