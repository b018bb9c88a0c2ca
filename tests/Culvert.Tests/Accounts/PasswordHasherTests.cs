using System.Buffers.Binary;
using Culvert.Server.Accounts;

namespace Culvert.Tests.Accounts;

public sealed class PasswordHasherTests
{
    private static readonly AccountOptions Cheap = new() { PasswordIterations = 10_000, PasswordThreads = 1 };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_password_fits_its_hash_only()
    {
        using var hasher = new PasswordHasher(Cheap);

        var hash = await hasher.HashAsync("correct horse", Cancel);

        Assert.Equal(PasswordVerdict.Right, await hasher.VerifyAsync(hash, "correct horse", Cancel));
        Assert.Equal(PasswordVerdict.Wrong, await hasher.VerifyAsync(hash, "wrong horse", Cancel));
        Assert.Equal(PasswordVerdict.Wrong, await hasher.VerifyAsync(null, "correct horse", Cancel));
        Assert.NotEqual(hash, await hasher.HashAsync("correct horse", Cancel));
    }

    [Fact]
    public async Task The_rounds_are_those_of_the_options()
    {
        using var hasher = new PasswordHasher(Cheap with { PasswordIterations = 12_345 });

        var bytes = Convert.FromBase64String((await hasher.HashAsync("correct horse", Cancel))!);

        Assert.Equal(2u, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(1)));
        Assert.Equal(12_345u, BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(5)));
        Assert.Equal(210_000, new AccountOptions().PasswordIterations);
    }

    [Fact]
    public async Task A_hash_with_fewer_rounds_is_to_be_made_again()
    {
        using var weak = new PasswordHasher(Cheap);
        using var strong = new PasswordHasher(Cheap with { PasswordIterations = 20_000 });
        var hash = await weak.HashAsync("correct horse", Cancel);

        Assert.Equal(PasswordVerdict.RightButOld, await strong.VerifyAsync(hash, "correct horse", Cancel));
        Assert.Equal(PasswordVerdict.Wrong, await strong.VerifyAsync(hash, "wrong horse", Cancel));
    }

    [Fact]
    public async Task A_full_queue_says_so_at_once()
    {
        using var hasher = new PasswordHasher(Cheap with { PasswordIterations = 500_000, PasswordQueue = 1 });

        var verdicts = Enumerable.Range(0, 10).Select(_ => hasher.VerifyAsync(null, "x", Cancel)).ToArray();

        Assert.Contains(verdicts, one => one.IsCompletedSuccessfully && one.Result == PasswordVerdict.Busy);
        Assert.Contains(PasswordVerdict.Wrong, await Task.WhenAll(verdicts));
    }

    [Fact]
    public async Task A_disposed_hasher_is_busy()
    {
        var hasher = new PasswordHasher(Cheap);
        await hasher.HashAsync("x", Cancel);

        hasher.Dispose();

        Assert.Null(await hasher.HashAsync("x", Cancel));
    }

    [Theory]
    [InlineData("short", false)]
    [InlineData("123456789", false)]
    [InlineData("1234567890", false)]
    [InlineData("Password123", false)]
    [InlineData("aaaaaaaaaaaa", false)]
    [InlineData("annannannann", false)]
    [InlineData("Ann-Ann-Ann-1", true)]
    [InlineData("correct horse", true)]
    [InlineData("grün ist die Hoffnung", true)]
    public void A_password_is_long_and_not_among_the_first_guesses(string password, bool allowed)
    {
        Assert.Equal(allowed, PasswordRules.Refusal(password, "Ann") is null);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_password_has_an_end(int length, bool allowed)
    {
        var password = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));

        Assert.Equal(allowed, PasswordRules.Refusal(password, "Ann") is null);
    }

    [Fact]
    public void A_generated_password_may_be_used()
    {
        Assert.Null(PasswordRules.Refusal(Secrets.NewPassword(), "Ann"));
        Assert.NotEqual(Secrets.NewPassword(), Secrets.NewPassword());
    }
}
