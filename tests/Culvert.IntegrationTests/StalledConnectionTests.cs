using System.Diagnostics;
using Culvert.IntegrationTests.BadInput;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests;

/// <summary>Those who stand still keep nobody waiting.</summary>
[Collection(AloneCollection.Name)]
public sealed class StalledConnectionTests
{
    private const int Stalled = 500;

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task Half_heads_keep_nobody_waiting(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site);
        var half = new BadRequest($"GET {Site.Page} HTTP/1.1\r\nHost: a\r\nX-", 200).Bytes("");
        var open = await Task.WhenAll(
            Enumerable.Range(0, Stalled).Select(_ => Exchange.OpenAsync(server, kind, half)));

        await MustServeAtOnceAsync(server);

        // They were not given up either.
        foreach (var (connection, answers) in open)
        {
            await connection.SendAsync("Y: z\r\n\r\n");
            Assert.Equal(Site.PageText, (await answers.MustReadAsync()).Text);
            connection.Dispose();
        }
    }

    [Theory]
    [InlineData(ConnectionKind.Fresh)]
    [InlineData(ConnectionKind.Owned)]
    public async Task Readers_that_stop_in_the_middle_of_a_large_file_keep_nobody_waiting(ConnectionKind kind)
    {
        using var site = await Site.MakeAsync();
        await using var server = await StartAsync(site);
        var open = await Task.WhenAll(Enumerable.Range(0, Stalled).Select(_ => StallAsync(server, kind)));

        await MustServeAtOnceAsync(server);

        foreach (var connection in open)
        {
            connection.Dispose();
        }

        await MustServeAtOnceAsync(server);
    }

    private static Task<CulvertProcess> StartAsync(Site site) => CulvertProcess.StartThroughAsync(
        site.Data, ["env", $"CULVERT__FILES__ROOT={site.Root}", "CULVERT__HTTP__HEADERTIMEOUT=2m"]);

    /// <summary>Asks for a large file and reads its beginning.</summary>
    private static async Task<RawConnection> StallAsync(CulvertProcess server, ConnectionKind kind)
    {
        var connection = await RawConnection.OpenAsync(server.Address, receiveBuffer: 4096);
        if (kind == ConnectionKind.Owned)
        {
            await connection.SendAsync(Exchange.Health);
            await Exchange.MustBeHealthyAsync(new AnswerReader(connection));
        }

        await connection.SendAsync(BadRequest.Get("/big.bin"));
        Assert.True(await connection.ReceiveAsync(new byte[1024]) > 0);
        return connection;
    }

    /// <summary>Within a second. The best of three counts, since the machine may be busy with something else.</summary>
    private static async Task MustServeAtOnceAsync(CulvertProcess server)
    {
        (string Request, string Text)[] asked = [(BadRequest.Get(Site.Page), Site.PageText), (Exchange.Health, "ok")];
        foreach (var (request, text) in asked)
        {
            var best = TimeSpan.MaxValue;
            for (var i = 0; i < 3; i++)
            {
                var took = await TimeAsync(server, request, text);
                best = took < best ? took : best;
            }

            Bounded.Print($"answered in {best.TotalMilliseconds:0} ms");
            Assert.True(best < TimeSpan.FromSeconds(1), $"{best.TotalMilliseconds:0} ms");
        }
    }

    private static async Task<TimeSpan> TimeAsync(CulvertProcess server, string request, string text)
    {
        var started = Stopwatch.GetTimestamp();
        var (connection, answers) = await Exchange.OpenAsync(
            server, ConnectionKind.Fresh, new BadRequest(request, 200).Bytes(""));
        using (connection)
        {
            Assert.StartsWith(text, (await answers.MustReadAsync()).Text, StringComparison.Ordinal);
        }

        return Stopwatch.GetElapsedTime(started);
    }
}
