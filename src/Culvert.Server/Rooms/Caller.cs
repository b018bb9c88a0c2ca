using System.Collections.Frozen;
using System.Text;

namespace Culvert.Server.Rooms;

/// <summary>Who is asking, as the accounts found out once per request or connection.</summary>
/// <remarks>
/// Immutable, so it may be shared between threads. Access to a room is decided by <see cref="RoomAccess"/>.
/// </remarks>
internal sealed record Caller
{
    /// <summary>Positive; names the author of everything the caller does.</summary>
    public required long UserId { get; init; }

    /// <summary>The user's name as events show it.</summary>
    public required string Name { get; init; }

    /// <summary>UTF-8 of <see cref="Name"/>, encoded once.</summary>
    public ReadOnlyMemory<byte> Utf8Name => _utf8Name ??= Encoding.UTF8.GetBytes(Name);

    /// <summary>Role on the server.</summary>
    public required RoomRole ServerRole { get; init; }

    /// <summary>What the credential allows at most; a session allows everything its user may do.</summary>
    public Scopes Scopes { get; init; } = Scopes.All;

    /// <summary>Name keys of the only rooms the credential opens; null for no such limit.</summary>
    public FrozenSet<string>? Rooms { get; init; }

    /// <summary>Outside rate and connection limits: the owner token and tokens it minted with the same scope.</summary>
    public bool IsUnlimited { get; init; }

    /// <summary>Identifies the session or token for live revocation; connections opened with it end with it.</summary>
    public required long CredentialId { get; init; }

    /// <summary>True when a cookie authenticated the request: its Origin has to be checked.</summary>
    public bool ByCookie { get; init; }

    /// <summary>
    /// When the credential ends by itself, UTC Unix milliseconds; <see cref="long.MaxValue"/> for never.
    /// </summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>
    /// Where the request or the connection came from, for the list of what moderators and owners did; empty where
    /// nobody asked.
    /// </summary>
    public string Address { get; init; } = "";

    private byte[]? _utf8Name;
}
