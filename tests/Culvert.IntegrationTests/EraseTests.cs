using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

public sealed class EraseTests
{
    [Fact]
    public async Task An_erased_text_is_in_no_file_of_the_data_directory_and_in_no_answer()
    {
        var secret = $"secret-{Guid.NewGuid():N}";
        await using var server = await CulvertProcess.StartAsync();
        await server.Owner.PublishTextsAsync("lobby", Enumerable.Range(0, 50).Select(i => $"before {i}"));
        var (_, ok) = await server.Owner.PublishAsync("lobby", $$"""{"text":"{{secret}}"}""", "the-key");
        await server.Owner.PublishTextsAsync("lobby", Enumerable.Range(0, 50).Select(i => $"after {i}"));
        var seq = ok.GetProperty("seq").GetInt64();
        Assert.NotEmpty(await FilesWithAsync(server.Data, secret));
        using var emptied = new EmptyFileWatch(server.Data, "*-wal");

        await server.Owner.MustAsync(HttpMethod.Delete, $"/v1/rooms/lobby/messages/{seq}", """{"why":"a secret"}""");
        await emptied.Happened.Within(20);

        Assert.Empty(await FilesWithAsync(server.Data, secret));
        var log = await server.Owner.ReadLogAsync("lobby");
        Assert.DoesNotContain(log, l => l.Contains(secret, StringComparison.Ordinal));
        var tombstone = log.Single(l => EventLine.Is(l, "msg") && EventLine.SeqOf(l) == seq);
        Assert.Contains("\"erased\":true", tombstone, StringComparison.Ordinal);
        await server.TerminateAsync();
        Assert.Empty(await FilesWithAsync(server.Data, secret));
        Assert.DoesNotContain(server.Log.Lines, l => l.Contains(secret, StringComparison.Ordinal));
    }

    /// <summary>As the operator would look: with grep, over everything there is.</summary>
    private static async Task<IReadOnlyList<string>> FilesWithAsync(string directory, string text)
    {
        var grep = await ChildProcess.RunAsync(
            TimeSpan.FromSeconds(20), "grep", ["--recursive", "--text", "--files-with-matches", text, directory]);
        Assert.True(await grep.Exited <= 1, grep.Errors.ToString());
        return grep.Output.Lines;
    }
}
