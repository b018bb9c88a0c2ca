using System.Net.Sockets;

namespace Culvert.Client;

/// <summary>No server answered: refused, unknown host, unreachable, TLS failed, or no answer in time.</summary>
public sealed class CulvertConnectException : CulvertException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="address">Where the server was looked for.</param>
    /// <param name="why">What happened, in a few words: <c>connection refused</c>.</param>
    /// <param name="innerException">The failure beneath; null for a time-out.</param>
    public CulvertConnectException(Uri address, string why, Exception? innerException = null)
        : base($"cannot connect to {Origin(address)}: {why}", innerException)
    {
        Address = address;
        Why = why;
    }

    /// <summary>Where the server was looked for.</summary>
    public Uri Address { get; }

    /// <summary>What happened, in a few words: <c>connection refused</c>.</summary>
    public string Why { get; }

    internal static CulvertConnectException From(Uri address, HttpRequestException failure) =>
        new(address, Words(failure), failure);

    internal static string Words(HttpRequestException failure) => failure.InnerException switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
            "unknown host",
        SocketException { SocketErrorCode: SocketError.NetworkUnreachable or SocketError.HostUnreachable } =>
            "host unreachable",
        SocketException { SocketErrorCode: SocketError.TimedOut } => "no answer in time",
        _ => failure.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "unknown host",
            HttpRequestError.SecureConnectionError => "the TLS handshake failed",
            HttpRequestError.InvalidResponse => "the answer is not HTTP",
            HttpRequestError.ResponseEnded => "the connection was closed before the answer",
            _ => (failure.InnerException ?? failure).Message,
        },
    };

    // A path may hold a name, and a query a secret.
    private static string Origin(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.GetLeftPart(UriPartial.Authority);
    }
}
