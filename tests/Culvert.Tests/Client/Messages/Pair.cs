using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

/// <summary>Both ends of a connection over a real socket. Every wait has a limit.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private Pair(MessageListener listener, MessageClient client, MessageClient server)
    {
        Listener = listener;
        Client = client;
        Server = server;
    }

    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public MessageListener Listener { get; }

    public MessageClient Client { get; }

    public MessageClient Server { get; }

    public static async Task<Pair> OpenAsync(
        MessageClientOptions? client = null, MessageListenerOptions? server = null, string path = "/")
    {
        var listener = MessageListener.Listen("ws://127.0.0.1:0", server);
        var connected = await Within(MessageClient.ConnectAsync(At(listener, path), client, Cancelled).AsTask());
        return new Pair(listener, connected, await Within(listener.AcceptAsync(Cancelled).AsTask()));
    }

    public static Uri At(MessageListener listener, string path) => new($"ws://127.0.0.1:{listener.Port}{path}");

    public static Task<T> Within<T>(Task<T> task) => task.WaitAsync(Limit, Cancelled);

    public static Task Within(Task task) => task.WaitAsync(Limit, Cancelled);

    /// <summary>Runs blocking code on a thread of its own.</summary>
    public static Task<T> Blocking<T>(Func<T> work) => Within(Task.Factory.StartNew(
        work, Cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default));

    public static async Task<string> TextAsync(MessageClient client)
    {
        using var message = await Within(client.ReceiveAsync(Cancelled).AsTask());
        return message.GetText();
    }

    /// <summary>Receives up to the end.</summary>
    public static async Task<CloseInfo> EndAsync(MessageClient client)
    {
        while (true)
        {
            try
            {
                (await Within(client.ReceiveAsync(Cancelled).AsTask())).Dispose();
            }
            catch (ConnectionClosedException e)
            {
                Assert.Equal(e.Closed, client.Closed);
                return e.Closed;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Listener.DisposeAsync();
    }
}
