namespace Culvert.Server.Transports.Commands;

/// <summary>Answer of <c>GET /v1/rooms/{room}/commands</c>. Immutable.</summary>
internal sealed record CommandList
{
    /// <summary>Those that the caller may use.</summary>
    public required IReadOnlyList<CommandInfo> Commands { get; init; }
}
