using Culvert.Client;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Bots;

/// <summary>
/// Publishes questions to the lobby, each until it is acknowledged, and counts the answers that bots print.
/// </summary>
/// <remarks>Thread-safe. Never far ahead of the answers, so that both flow at every kill.</remarks>
internal sealed class Questions(CulvertClient client, int count) : IDisposable
{
    private const int Publishers = 8;
    private const int AheadOfAnswers = 64;
    private const string Answered = "answered ";

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _ahead = new(AheadOfAnswers);
    private readonly HashSet<string> _answered = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];

    public static string TextOf(int number) => $"question {number}";

    public static string KeyOf(int number) => $"q-{number}";

    public void Dispose() => _ahead.Dispose();

    /// <summary>Ends when all questions are acknowledged.</summary>
    public Task AskAllAsync() => Task.WhenAll(Enumerable.Range(0, Publishers).Select(AskAsync));

    /// <summary>Ends when so many questions have an answer.</summary>
    public Task AnsweredAsync(int answers)
    {
        lock (_lock)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((answers, reached));
            Notify();
            return reached.Task;
        }
    }

    /// <summary>Counts the answers of one bot; ends with all questions answered, or with the bot.</summary>
    public async Task HearAsync(ChildProcess bot)
    {
        try
        {
            await bot.Output.FirstAsync(Hear);
        }
        catch (InvalidOperationException)
        {
            // It was killed; the next one goes on.
        }
    }

    private async Task AskAsync(int publisher)
    {
        for (var number = publisher; number < count; number += Publishers)
        {
            await _ahead.WaitAsync(Bounded.Cancelled).Within(180);
            await client.PublishAsync("lobby", TextOf(number), KeyOf(number), cancellationToken: Bounded.Cancelled);
        }
    }

    private bool Hear(string line)
    {
        lock (_lock)
        {
            // A bot that was killed between answer and cursor says the same once more after its restart.
            if (line.StartsWith(Answered, StringComparison.Ordinal) && _answered.Add(line))
            {
                _ahead.Release();
                Notify();
            }

            return _answered.Count == count;
        }
    }

    private void Notify()
    {
        foreach (var (answers, reached) in _waiters)
        {
            if (_answered.Count >= answers)
            {
                reached.TrySetResult();
            }
        }
    }
}
