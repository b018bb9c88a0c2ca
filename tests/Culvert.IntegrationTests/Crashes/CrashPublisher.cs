namespace Culvert.IntegrationTests.Crashes;

/// <summary>Publishes numbered messages in order, each until it is acknowledged, whatever happens.</summary>
internal abstract class CrashPublisher(string name, ServerSlot slot, AckBook book)
{
    protected const string Room = "lobby";

    private volatile bool _stopping;

    /// <summary>The first part of its keys.</summary>
    public string Name => name;

    protected ServerSlot Slot => slot;

    protected AckBook Book => book;

    protected bool IsStopping => _stopping;

    /// <summary>Ends when <see cref="Stop"/> was called and everything begun is acknowledged.</summary>
    public abstract Task RunAsync();

    public void Stop() => _stopping = true;

    protected string KeyOf(int number) => $"{name}-{number}";

    protected string DataOf(int number) =>
        $$"""{"p":"{{name}}","n":{{number}},"text":"{{new string('x', number % 200)}}"}""";
}
