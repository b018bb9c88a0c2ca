using System.Collections.Frozen;

namespace Culvert.Server.Accounts;

/// <summary>
/// What a new password must be. Length is what counts; rules of composition only move people to patterns.
/// </summary>
internal static class PasswordRules
{
    /// <summary>In characters (UTF-16 units).</summary>
    public const int MinLength = 10;

    /// <summary>Enough for any password manager, and an end to what has to be hashed.</summary>
    public const int MaxLength = 256;

    // The passwords of ten and more characters that lead the lists of leaked ones. Shorter ones are refused anyway.
    private static readonly FrozenSet<string> Common = new[]
    {
        "0123456789", "0987654321", "1020304050", "11223344556677", "1122334455", "1212121212", "1231231231",
        "123123123123", "1234512345", "12345678900", "12345678901", "123456789012", "12345678910", "1234567890",
        "1234567890a", "1234567890q", "123456789a", "123456789q", "123456qwerty", "1357924680", "147258369",
        "1472583690", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc", "1qazxsw23edc", "741852963", "789456123",
        "7894561230", "9876543210", "987654321a", "a123456789", "a1b2c3d4e5", "aa12345678", "aa123456789",
        "abc123456789", "abcd123456", "abcd1234567", "abcdefghij", "abcdefghijk", "abcdef123456", "administrator",
        "adminadmin", "admin12345", "admin123456", "alexander1", "asdf123456", "asdfghjkl1", "asdfghjkl;",
        "asdfasdfasdf", "asdfghjklqwertyuiop", "barcelona1", "basketball", "basketball1", "brandon123", "butterfly1",
        "changeme12", "changeme123", "charlie123", "chocolate1", "cristiano7", "computer123",
        "correcthorsebatterystaple",
        "dragon1234", "elizabeth1", "football10", "football12", "football123", "iloveyou12", "iloveyou123",
        "iloveyou1234", "iloveyouforever", "jessica123", "jordan2323", "julian1234", "letmein123", "letmein1234",
        "letmeinnow", "liverpool1", "liverpoolfc", "manchester", "manchester1", "michael123", "michelle123",
        "minecraft1", "minecraft123", "monkey1234", "p@ssw0rd12", "p@ssw0rd123", "p@ssword123", "passw0rd12",
        "passw0rd123", "password00", "password01", "password10", "password11", "password12", "password123",
        "password1234", "password12345", "password123456", "password!1", "password2020", "password2024",
        "password2025", "password2026", "passwordpassword", "princess12", "princess123", "q1w2e3r4t5", "q1w2e3r4t5y6",
        "qazwsxedcrfv", "qazwsxedc1", "qweasdzxc1", "qweasdzxc123", "qwer123456", "qwertyuiop", "qwertyuiop1",
        "qwertyuiop123", "qwertyuiop[]", "qwerty1234", "qwerty12345", "qwerty123456", "qwerty1234567", "qwertyqwerty",
        "samsung123", "secret1234", "secretpassword", "skateboard", "spiderman1", "starwars123", "strawberry",
        "sunshine12", "sunshine123", "superman12", "superman123", "supersecret", "test123456", "testtest12",
        "testtesttest", "trustno1234", "volleyball", "welcome123", "welcome1234", "zaq12wsxcde3", "zxcvbnm123",
        "zxcvbnm1234", "zxcvbnmasdfghjkl",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null when the password will do, else what is wrong with it as a sentence for its user.</summary>
    public static string? Refusal(string password, string userName)
    {
        if (password.Length < MinLength)
        {
            return $"The password is too short; it needs at least {MinLength} characters.";
        }

        if (password.Length > MaxLength)
        {
            return $"The password is too long; at most {MaxLength} characters are allowed.";
        }

        if (Common.Contains(password) || password.Distinct().Count() < 3)
        {
            return "The password is one of the first that are guessed; choose another.";
        }

        return IsNameRepeated(password, userName) ? "The password must be more than the name." : null;
    }

    private static bool IsNameRepeated(string password, string userName) =>
        userName.Length > 0
        && password.Replace(userName, "", StringComparison.OrdinalIgnoreCase).Length < 3;
}
