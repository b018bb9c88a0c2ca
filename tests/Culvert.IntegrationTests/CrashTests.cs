using System.Text.Json;
using Culvert.IntegrationTests.Crashes;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests;

public sealed class CrashTests
{
    [Fact]
    public async Task However_often_the_server_is_killed_no_acknowledged_message_is_lost_doubled_or_moved()
    {
        var cycles = Programs.IsFullRun ? 200 : 20;
        var run = new CrashRun(cycles, seed: Environment.TickCount);
        using var directory = new TestDirectory();

        await run.RunAsync(directory.File("data"));

        var messages = run.Log.Select(EventLine.Parse).ToList();
        var lost = run.Book.Acks.Keys.Except(messages.Select(m => m.GetProperty("key").GetString()!)).ToList();
        var doubled = messages.CountBy(m => m.GetProperty("key").GetString()!).Where(k => k.Value > 1).ToList();
        Bounded.Print(
            $"{cycles} kills: {run.Book.Count} acks, {messages.Count} in the log, {lost.Count} lost, " +
            $"{doubled.Count} doubled; {run.Book.Retries} sent again, {run.Book.Duplicates} of them were in the log");
        Assert.Empty(lost);
        Assert.Empty(doubled);
        Assert.Equal(run.Book.Count, messages.Count);
        MustBeContiguous(messages);
        MustBeAsAcknowledged(messages, run.Book.Acks);
        MustKeepTheOrderOfEachPublisher(messages);
        Assert.Equal(run.Log, run.Shown);
    }

    private static void MustBeContiguous(List<JsonElement> messages)
    {
        Assert.All(messages, (m, i) => Assert.Equal(i + 1, m.GetProperty("offset").GetInt64()));
        Assert.All(messages, (m, i) => Assert.Equal(i + 1, m.GetProperty("seq").GetInt64()));
        var times = messages.Select(m => m.GetProperty("at").GetInt64()).ToList();
        Assert.Equal(times.Order(), times);
    }

    private static void MustBeAsAcknowledged(List<JsonElement> messages, IReadOnlyDictionary<string, Ack> acks)
    {
        foreach (var message in messages)
        {
            var ack = acks[message.GetProperty("key").GetString()!];
            Assert.Equal(ack.Offset, message.GetProperty("offset").GetInt64());
            Assert.Equal(ack.Seq, message.GetProperty("seq").GetInt64());
        }
    }

    private static void MustKeepTheOrderOfEachPublisher(List<JsonElement> messages)
    {
        var byPublisher = messages
            .Select(m => m.GetProperty("data"))
            .Where(d => d.TryGetProperty("p", out _))
            .GroupBy(d => d.GetProperty("p").GetString(), d => d.GetProperty("n").GetInt32());
        foreach (var publisher in byPublisher)
        {
            Assert.Equal(Enumerable.Range(0, publisher.Count()), publisher);
        }
    }
}
