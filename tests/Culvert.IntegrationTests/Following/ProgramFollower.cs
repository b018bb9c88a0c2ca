using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Following;

/// <summary>A program that prints what it gets; <paramref name="textOf"/> finds a message's text in a line.</summary>
internal sealed class ProgramFollower(string name, ChildProcess child, Func<string, string?> textOf) : IRoomFollower
{
    public string Name => name;

    public async Task ReachedAsync(int count, double seconds)
    {
        if (count > 0)
        {
            var seen = 0;
            await child.Output.FirstAsync(line => textOf(line) is not null && ++seen >= count).Within(seconds);
        }
    }

    public Task<IReadOnlyList<string>> TextsAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. child.Output.Lines.Select(textOf).OfType<string>()]);

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
