using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Culvert.Client.Connecting;

/// <summary>The client's side of TLS on a fresh connection; one for each.</summary>
internal sealed class TlsOpening(string host, ConnectOptions options)
{
    private string _objection = "";

    /// <summary>Shakes hands. The stream returned owns the one given; on failure both are closed.</summary>
    /// <exception cref="AuthenticationException">Not TLS, or a certificate that is not trusted: says why.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<Stream> RunAsync(Stream carrier, CancellationToken cancellationToken)
    {
        var stream = new SslStream(carrier);
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck };
        if (options.Authorities is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        try
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ApplicationProtocols = [SslApplicationProtocol.Http11],
                    CertificateChainPolicy = policy,
                    RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                        IsTrusted(certificate, chain, errors) || options.DangerousAcceptAnyCertificate,
                },
                cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch (AuthenticationException e) when (_objection.Length > 0)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new AuthenticationException($"the certificate is not trusted: {_objection}", e);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var status = chain?.ChainStatus.FirstOrDefault().Status;
        _objection = errors switch
        {
            SslPolicyErrors.None => "",
            _ when certificate is null => "the server has none",
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => $"it is not for {host}",
            _ when status == X509ChainStatusFlags.NotTimeValid => "it is expired, or not valid yet",
            _ when status == X509ChainStatusFlags.UntrustedRoot => "its authority is not trusted here",
            _ when status == X509ChainStatusFlags.PartialChain => "its authority is not known here",
            _ => $"{status}",
        };
        return errors == SslPolicyErrors.None;
    }
}
