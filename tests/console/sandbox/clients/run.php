<?php
// Runs the test case on the page. PHPUnit comes from no index that tests here may ask, so its
// place is taken by as much of it as the page uses; the page's own PHP is run as it is.
namespace PHPUnit\Framework {
    class TestCase
    {
        protected function setUp(): void
        {
        }

        protected function tearDown(): void
        {
        }

        public function assertSame(mixed $expected, mixed $was): void
        {
            if ($expected !== $was) {
                throw new \Exception(json_encode($expected) . ' is not ' . json_encode($was));
            }
        }

        public function assertArrayNotHasKey(string $key, array $array, string $said = ''): void
        {
            if (array_key_exists($key, $array)) {
                throw new \Exception($said);
            }
        }

        public function run(string $test): void
        {
            $this->setUp();
            try {
                $this->$test();
            } finally {
                $this->tearDown();
            }
        }
    }
}

namespace {
    function send_code(string $number, string $code): void
    {
        $asked = ['keyid' => getenv('SANDBOX_KEY'), 'num' => $number, 'sms' => "Votre code : $code"];
        file_get_contents(getenv('DOOR_URL') . '/cgi-bin/?' . http_build_query($asked));
    }

    require 'Sandbox.php';
    require 'ShopTest.php';

    foreach (get_class_methods('ShopTest') as $name) {
        if (str_starts_with($name, 'test')) {
            try {
                (new ShopTest())->run($name);
                echo "$name passed\n";
            } catch (\Throwable $fault) {
                echo "$name failed: {$fault->getMessage()}\n";
            }
        }
    }
}
