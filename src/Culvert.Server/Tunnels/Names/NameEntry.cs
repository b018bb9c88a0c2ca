namespace Culvert.Server.Tunnels.Names;

/// <summary>One name of a registration on the wire.</summary>
internal sealed record NameEntry
{
    /// <summary>The most characters of an instance.</summary>
    public const int MaxInstanceLength = 128;

    /// <summary>The name.</summary>
    public string? Name { get; init; }

    /// <summary>Which agent of its user it is; any text of 1 to 128 characters.</summary>
    public string? Instance { get; init; }
}
