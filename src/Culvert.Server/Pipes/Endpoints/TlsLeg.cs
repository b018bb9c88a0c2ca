using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A TCP connection with TLS, the client's side.</summary>
internal sealed class TlsLeg : StreamLeg
{
    private readonly Socket _socket;
    private readonly TcpStream _carrier;
    private readonly SslStream _stream;
    private readonly TimeProvider _time;
    private bool _isFinished;
    private int _isClosed;

    private TlsLeg(Socket socket, TcpStream carrier, SslStream stream, string name, TimeProvider time)
        : base(stream)
    {
        _socket = socket;
        _carrier = carrier;
        _stream = stream;
        _time = time;
        Name = name;
        Read(stream, waitsFirst: true);
    }

    public override string Name { get; }

    /// <summary>Shakes hands over a connection, which is the leg's from now on, or closed.</summary>
    /// <exception cref="EndpointException">The certificate is not trusted, or it is not TLS.</exception>
    public static async Task<TlsLeg> OpenAsync(
        Socket socket, Endpoint endpoint, DialRules rules, TimeProvider time, CancellationToken cancellationToken)
    {
        string? objection = null;
        var carrier = new TcpStream(socket);
        var stream = new SslStream(carrier);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateChainPolicy = Policy(rules),
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                objection = Objection(endpoint, certificate, chain, errors);
                return objection is null || rules.DangerousAcceptAnyCertificate;
            },
        };
        using var limit = new CancellationTokenSource(rules.HandshakeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await stream.AuthenticateAsClientAsync(options, either.Token);
            return new TlsLeg(socket, carrier, stream, endpoint.Name, time);
        }
        catch (Exception exception) when (
            exception is AuthenticationException or OperationCanceledException || IsEnd(exception))
        {
            await stream.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw Explain(exception, endpoint, objection, rules);
        }
    }

    public override async ValueTask FinishAsync()
    {
        _isFinished = true;
        try
        {
            await _stream.ShutdownAsync().WaitAsync(SocketLeg.Linger, _time);
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is TimeoutException || IsEnd(exception))
        {
            // The peer was faster, or takes nothing any more.
        }
    }

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        try
        {
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // The connection is gone already.
        }

        // Not the streams: one would take its leave properly, the other sends FIN first, as .NET may without the zero.
        _socket.Close(timeout: 0);
    }

    public override async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            await FinishAsync();
            _socket.Close();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            await Input.CompleteAsync();
            if (!_isFinished)
            {
                await FinishAsync();
            }

            await Reading.WaitAsync(SocketLeg.Linger, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _stream.DisposeAsync();
        await Reading;
    }

    protected override ValueTask<bool> IsProperEndAsync(bool broke) =>
        ValueTask.FromResult(!broke && !_carrier.HasEnded);

    private static X509ChainPolicy Policy(DialRules rules)
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (rules.Authorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    private static string? Objection(
        Endpoint endpoint, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        if (certificate is null)
        {
            return "it has none";
        }

        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"it is not for {endpoint.Host}"
            : chain?.ChainStatus.Select(status => status.Status).FirstOrDefault() switch
            {
                X509ChainStatusFlags.NotTimeValid => "it is expired or not valid yet",
                X509ChainStatusFlags.UntrustedRoot => "its authority is not trusted here",
                X509ChainStatusFlags.PartialChain => "its authority is not known here",
                var status => string.Create(CultureInfo.InvariantCulture, $"{status}"),
            };
    }

    private static EndpointException Explain(
        Exception exception, Endpoint endpoint, string? objection, DialRules rules)
    {
        if (exception is OperationCanceledException)
        {
            var seconds = rules.HandshakeTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
            return new EndpointException(
                EndpointFailure.TimedOut,
                $"{endpoint.Name} did not finish the TLS handshake within {seconds} s",
                exception);
        }

        return exception is AuthenticationException && objection is not null
            ? new EndpointException(
                EndpointFailure.NotTrusted, $"{endpoint.Name}: the certificate is not trusted: {objection}", exception)
            : new EndpointException(
                EndpointFailure.TlsFailed,
                $"{endpoint.Name}: the TLS handshake failed: {(exception.InnerException ?? exception).Message}",
                exception);
    }
}
