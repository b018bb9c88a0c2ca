namespace Culvert.Server.Pipes.Gateways;

/// <summary>One target of a route and how it fares. Its owner guards it.</summary>
internal sealed class BackEnd(IPipeTarget target)
{
    public IPipeTarget Target => target;

    /// <summary>Sessions and attempts that are under way.</summary>
    public int Open { get; set; }

    /// <summary>Not to be tried before this, in timestamps of the owner's time; 0 when it fares well.</summary>
    public long DownUntil { get; set; }
}
