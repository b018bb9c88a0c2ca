namespace Culvert.Server.Transports.Commands;

/// <summary>Body of <c>POST /v1/rooms/{room}/commands</c>. Immutable.</summary>
internal sealed record CommandBody
{
    /// <summary>As typed, with the slash.</summary>
    public required string Text { get; init; }
}
