using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Culvert.Server.Connections;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Opens TCP connections, straight or through an HTTP proxy. Thread-safe.</summary>
internal sealed class Dialer(DialRules rules, TimeProvider time, SocketLoops? loops = null)
{
    // One dead address must not use up the time of those behind it.
    private static readonly TimeSpan PatienceWithOne = TimeSpan.FromSeconds(3);

    /// <summary>Connects to an end.</summary>
    /// <exception cref="EndpointException">It cannot be reached.</exception>
    public async Task<Socket> DialAsync(Endpoint endpoint, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(rules.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var proxy = rules.Proxies.For(endpoint);
        try
        {
            return proxy is null
                ? await ConnectAsync(endpoint.Host, endpoint.Port, endpoint.Name, either.Token)
                : await ConnectThroughAsync(proxy, endpoint, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var seconds = rules.ConnectTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            var by = proxy is null ? "" : $" through the proxy {proxy.Authority}";
            throw new EndpointException(
                EndpointFailure.TimedOut, $"{endpoint.Name} did not answer within {seconds} s{by}");
        }
    }

    private async Task<Socket> ConnectAsync(string host, int port, string name, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, name, cancellationToken);
        SocketException? last = null;
        foreach (var (index, address) in addresses.Index())
        {
            try
            {
                return await ConnectAsync(address, port, index == addresses.Length - 1, cancellationToken);
            }
            catch (SocketException exception)
            {
                last = exception;
            }
        }

        throw last?.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => new EndpointException(
                EndpointFailure.Refused, $"{name} refused the connection: nobody listens there", last),
            SocketError.TimedOut => new EndpointException(
                EndpointFailure.TimedOut, $"{name} did not answer", last),
            _ => new EndpointException(
                EndpointFailure.Unreachable, $"{name} cannot be reached: {last?.Message}", last),
        };
    }

    private async Task<Socket> ConnectAsync(
        IPAddress address, int port, bool isLast, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var limit = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : PatienceWithOne, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await SocketConnect.RunAsync(socket, new IPEndPoint(address, port), loops, either.Token);
            TcpKeepAlive.Begin(socket);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SocketException((int)SocketError.TimedOut);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, string name, CancellationToken cancellationToken)
    {
        IPAddress[] addresses;
        try
        {
            addresses = IPAddress.TryParse(host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            throw new EndpointException(
                EndpointFailure.CannotResolve, $"{name}: the host {host} has no address", exception);
        }

        var allowed = rules.MayConnect is { } may ? [.. addresses.Where(may)] : addresses;
        return allowed.Length > 0 ? allowed : throw new EndpointException(
            addresses.Length == 0 ? EndpointFailure.CannotResolve : EndpointFailure.NotAllowed,
            addresses.Length == 0
                ? $"{name}: the host {host} has no address"
                : $"{name}: the address of {host} may not be connected to");
    }

    /// <summary>CONNECT (RFC 9110 §9.3.6); the proxy resolves the name.</summary>
    private async Task<Socket> ConnectThroughAsync(Uri proxy, Endpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = await ConnectAsync(
            proxy.IdnHost, proxy.Port, $"the proxy {proxy.Authority}", cancellationToken);
        try
        {
            var request = $"CONNECT {endpoint.Authority} HTTP/1.1\r\nHost: {endpoint.Authority}\r\n";
            if (proxy.UserInfo.Length > 0)
            {
                request += $"Proxy-Authorization: {BasicCredentials.Of(Uri.UnescapeDataString(proxy.UserInfo))}\r\n";
            }

            var bytes = Encoding.UTF8.GetBytes($"{request}\r\n").AsMemory();
            while (bytes.Length > 0)
            {
                bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
            }

            var answer = await HttpHeads.ReadAsync(socket, cancellationToken);
            return answer?.Status is >= 200 and < 300 ? socket : throw Refused(proxy, endpoint, answer);
        }
        catch (SocketException exception)
        {
            socket.Dispose();
            throw new EndpointException(
                EndpointFailure.ProxyRefused, $"the proxy {proxy.Authority} broke the connection", exception);
        }
        catch (Exception exception) when (exception is EndpointException or OperationCanceledException)
        {
            socket.Dispose();
            throw;
        }
    }

    private static EndpointException Refused(Uri proxy, Endpoint endpoint, HttpHead? answer) =>
        new(
            EndpointFailure.ProxyRefused,
            answer is { Status: > 0 }
                ? $"the proxy {proxy.Authority} answered {answer.Status} to CONNECT {endpoint.Authority}"
                : $"the proxy {proxy.Authority} gave no HTTP answer to CONNECT {endpoint.Authority}")
        {
            Status = answer?.Status ?? 0,
        };
}
