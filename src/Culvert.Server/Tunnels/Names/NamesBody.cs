namespace Culvert.Server.Tunnels.Names;

/// <summary>Body of <c>POST /names</c>, and of its answer.</summary>
internal sealed record NamesBody
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<NameEntry?>? Names { get; init; }
}
