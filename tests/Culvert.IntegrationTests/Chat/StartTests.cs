using System.Diagnostics;
using System.Net;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Chat;

/// <summary>A first start in an empty directory.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task T1_01_An_empty_directory_becomes_a_chat_of_one_process_and_one_database()
    {
        await using var server = await CulvertProcess.StartAsync();
        using var stranger = new Api(server.Address);

        // How fast the start is, bench/compare measures; here the page itself counts.
        var started = Stopwatch.GetTimestamp();
        using var front = await stranger.SendAsync(HttpMethod.Get, "/setup");
        var took = Stopwatch.GetElapsedTime(started);

        Assert.Equal(HttpStatusCode.OK, front.StatusCode);
        Assert.True(took < TimeSpan.FromSeconds(5), $"the first page took {took.TotalSeconds:0.0} s");
        Assert.Single(Directory.EnumerateFiles(server.Data, "*.db"));
        Assert.Empty(ChildrenOf(server.Id));
    }

    /// <summary>Processes that the threads of this one have started and that still run.</summary>
    private static string[] ChildrenOf(int id) =>
    [
        .. Directory.EnumerateDirectories($"/proc/{id}/task")
            .Select(static task => File.ReadAllText(Path.Combine(task, "children")))
            .SelectMany(static ids => ids.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];
}
