namespace Culvert.Server.Transports.Commands;

/// <summary>A command as <c>GET /v1/rooms/{room}/commands</c> shows it. Immutable.</summary>
internal sealed record CommandInfo
{
    /// <summary>With its slash.</summary>
    public required string Name { get; init; }

    /// <summary>How it is written.</summary>
    public required string Usage { get; init; }

    /// <summary>What it does.</summary>
    public required string What { get; init; }
}
