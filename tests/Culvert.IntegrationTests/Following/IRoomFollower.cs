namespace Culvert.IntegrationTests.Following;

/// <summary>Somebody who follows the lobby from its start and keeps the texts, whatever the transport.</summary>
internal interface IRoomFollower : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Ends when so many messages have come.</summary>
    Task ReachedAsync(int count, double seconds);

    /// <summary>The texts in the order in which they came.</summary>
    Task<IReadOnlyList<string>> TextsAsync();
}
