using System.Text;

namespace Culvert.Tests.Files;

/// <summary>A writer that stands still, as a terminal does, until it is opened.</summary>
internal sealed class GatedWriter : TextWriter
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _gate = new();
    private readonly StringBuilder _text = new();
    private readonly SemaphoreSlim _written = new(0);

    public override Encoding Encoding => Encoding.UTF8;

    public string Text
    {
        get
        {
            lock (_text)
            {
                return _text.ToString();
            }
        }
    }

    public void Open() => _gate.Set();

    /// <summary>Waits until a text was written.</summary>
    public async Task WrittenAsync(string text, CancellationToken cancellationToken)
    {
        while (!Text.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(await _written.WaitAsync(Limit, cancellationToken));
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        Assert.True(_gate.Wait(Limit));
        lock (_text)
        {
            _text.Append(buffer);
        }

        _written.Release();
    }

    protected override void Dispose(bool disposing)
    {
        _gate.Dispose();
        _written.Dispose();
        base.Dispose(disposing);
    }
}
