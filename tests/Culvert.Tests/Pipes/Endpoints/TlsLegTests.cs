using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>TLS: whom we trust, and which ends are proper.</summary>
public sealed class TlsLegTests
{
    [Fact]
    public async Task An_authority_of_ours_is_trusted_and_bytes_come_and_go()
    {
        using var certificates = new Certificates();
        var (leg, server, _) = await JoinAsync(certificates, "127.0.0.1");
        await Loopback.WriteAsync(leg, "question");

        await leg.FinishAsync();

        Assert.Equal("question", await new StreamReader(server).ReadToEndAsync(Loopback.Cancelled));
        await server.WriteAsync("answer"u8.ToArray(), Loopback.Cancelled);
        await server.ShutdownAsync();
        server.Close();
        Assert.Equal("answer", await Loopback.ReadToEndAsync(leg));
        Assert.False(leg.EndedAbnormally);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_connection_that_ends_without_saying_so_was_cut()
    {
        using var certificates = new Certificates();
        var (leg, server, socket) = await JoinAsync(certificates, "127.0.0.1");
        await server.WriteAsync("half an ans"u8.ToArray(), Loopback.Cancelled);

        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("half an ans", await Loopback.ReadToEndAsync(leg));
        Assert.True(leg.EndedAbnormally);
        socket.Dispose();
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task An_abort_is_a_reset()
    {
        using var certificates = new Certificates();
        var (leg, server, socket) = await JoinAsync(certificates, "127.0.0.1");
        var reading = Loopback.ReadToEndAsync(leg);

        leg.Abort();

        await Assert.ThrowsAsync<IOException>(() => server.ReadAsync(new byte[1], Loopback.Cancelled).AsTask());
        await reading;
        Assert.True(leg.EndedAbnormally);
        Assert.True((await Loopback.WriteAsync(leg, "x")).IsCompleted);
        await leg.DisposeAsync();
        socket.Dispose();
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        using var certificates = new Certificates();

        var failure = await Assert.ThrowsAsync<EndpointException>(
            () => JoinAsync(certificates, "127.0.0.1", new DialRules()));

        Assert.Equal(EndpointFailure.NotTrusted, failure.Failure);
        Assert.Contains("the certificate is not trusted: its authority is not", failure.Message);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        using var certificates = new Certificates();

        var failure = await Assert.ThrowsAsync<EndpointException>(() => JoinAsync(certificates, "other.example"));

        Assert.Equal(EndpointFailure.NotTrusted, failure.Failure);
        Assert.EndsWith("the certificate is not trusted: it is not for 127.0.0.1", failure.Message);
    }

    [Fact]
    public async Task Any_certificate_is_taken_only_when_the_dangerous_option_says_so()
    {
        using var certificates = new Certificates();

        var (leg, server, _) = await JoinAsync(
            certificates, "other.example", new DialRules { DangerousAcceptAnyCertificate = true });

        server.Close();
        await leg.DisposeAsync();
    }

    private static async Task<(TlsLeg Leg, SslStream Server, Socket Socket)> JoinAsync(
        Certificates certificates, string host, DialRules? rules = null)
    {
        using var loopback = new Loopback();
        var endpoint = Loopback.Parse($"wss://127.0.0.1:{loopback.Port}/");
        rules ??= new DialRules { Authorities = certificates.Authorities };
        var accepting = loopback.AcceptAsync();
        var dialled = await new Dialer(rules, TimeProvider.System).DialAsync(endpoint, Loopback.Cancelled);
        var socket = await accepting;
        var server = new SslStream(new NetworkStream(socket, ownsSocket: true));
        var serving = ServeAsync(server, certificates, host);
        var leg = await TlsLeg.OpenAsync(dialled, endpoint, rules, TimeProvider.System, Loopback.Cancelled)
            .WaitAsync(Loopback.Limit, Loopback.Cancelled);
        await serving;
        return (leg, server, socket);
    }

    private static async Task ServeAsync(SslStream server, Certificates certificates, string host)
    {
        using var certificate = certificates.Issue(host);
        try
        {
            await server.AuthenticateAsServerAsync(certificate).WaitAsync(Loopback.Limit, Loopback.Cancelled);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            // The client went; the test looks at its reasons.
        }
    }
}
