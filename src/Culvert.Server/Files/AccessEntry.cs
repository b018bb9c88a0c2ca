using System.Net;

namespace Culvert.Server.Files;

/// <summary>What an access log says about one request. Everything but the numbers is as the peer sent it.</summary>
internal readonly ref struct AccessEntry
{
    public required IPAddress? Address { get; init; }

    public required ReadOnlySpan<byte> Method { get; init; }

    public required ReadOnlySpan<byte> Target { get; init; }

    public int Status { get; init; }

    /// <summary>Bytes of body that were handed to the system.</summary>
    public long BodyBytes { get; init; }

    /// <summary>From the head to the last byte. 0 for what is answered at once from memory.</summary>
    public TimeSpan Duration { get; init; }

    public ReadOnlySpan<byte> Referer { get; init; }

    public ReadOnlySpan<byte> UserAgent { get; init; }
}
