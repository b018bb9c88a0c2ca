using Culvert.Server.Accounts;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Accounts;

public sealed class OwnerTokenTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    private string FilePath => _directory.File(OwnerToken.FileName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_first_start_makes_a_file_for_its_user_only()
    {
        var token = OwnerToken.Load(_directory.Path);

        var secret = File.ReadAllText(FilePath).Trim();
        Assert.Equal(46, secret.Length);
        Assert.True(token.Is(CredentialHash.Of(secret)));
        Assert.False(token.Is(CredentialHash.Of(secret + "x")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }
    }

    [Fact]
    public void Later_starts_use_it_and_close_it_again()
    {
        OwnerToken.Load(_directory.Path);
        var secret = File.ReadAllText(FilePath).Trim();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        Assert.True(OwnerToken.Load(_directory.Path).Is(CredentialHash.Of(secret)));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }
    }

    [Fact]
    public void A_deleted_file_gives_a_new_secret_and_a_replaced_one_counts()
    {
        OwnerToken.Load(_directory.Path);
        var first = CredentialHash.Of(File.ReadAllText(FilePath).Trim());
        File.Delete(FilePath);

        Assert.False(OwnerToken.Load(_directory.Path).Is(first));

        var chosen = new string('k', 40);
        File.WriteAllText(FilePath, chosen + "\n");
        Assert.True(OwnerToken.Load(_directory.Path).Is(CredentialHash.Of(chosen)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("0123456789 0123456789 0123456789 0123456789")]
    public void A_file_with_something_else_stops_the_start(string text)
    {
        File.WriteAllText(FilePath, text);

        var exception = Assert.Throws<InvalidDataException>(() => OwnerToken.Load(_directory.Path));

        Assert.Contains(FilePath, exception.Message, StringComparison.Ordinal);
    }
}
