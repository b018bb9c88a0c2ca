using System.Globalization;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Tunnels;

/// <summary>Why a stream is not opened: what its opener is told. Immutable.</summary>
/// <param name="Code">The entry of the catalogue.</param>
/// <param name="Why">What exactly was wrong; null when the catalogue says it all. No secrets.</param>
/// <param name="ProxyError">The error type of Proxy-Status (RFC 9209 §2.3).</param>
/// <param name="After">When to try again; null when not known.</param>
internal sealed record StreamRefusal(ErrorCode Code, string? Why, string ProxyError, TimeSpan? After = null)
{
    /// <summary>How soon an agent that is not there may be: as long as its first tries to come back take.</summary>
    private static readonly TimeSpan AbsentRetry = TimeSpan.FromSeconds(2);

    public string ProxyStatus => string.Create(CultureInfo.InvariantCulture, $"culvert; error={ProxyError}");

    public static StreamRefusal BadHead(string why) => new(ErrorCode.BadField, why, "http_request_error");

    public static StreamRefusal NotAllowed(string target) => new(
        ErrorCode.TargetNotAllowed, $"The server's tunnels.allow does not list {target}.", "destination_ip_prohibited");

    public static StreamRefusal NameAbsent(string name) =>
        new(ErrorCode.NameAbsent, $"No agent has the name {name}.", "destination_unavailable", AbsentRetry);

    public static StreamRefusal Unreachable(string why, string proxyError = "destination_unavailable") =>
        new(ErrorCode.TargetUnreachable, why, proxyError);

    public static StreamRefusal TimedOut(string why) => new(ErrorCode.TargetTimeout, why, "connection_timeout");

    public static StreamRefusal Of(ErrorCode code, string? why = null) => new(code, why, "http_request_denied");
}
